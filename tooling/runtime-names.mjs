import { readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { root } from './workspaces.mjs';

/** @typedef {{ names: readonly string[], deprecated?: readonly string[], unsupported?: Record<string, string> }} Definition */

/** @returns {Promise<Definition>} */
const definitionOf = async (/** @type {string} */ folder) => {
  const { outputFiles } = await build({
    entryPoints: [`${root}/runtimes/${folder}/src/runtime.ts`],
    bundle: true,
    format: 'esm',
    conditions: ['lambda-bootstraps-source'],
    write: false,
  });
  const text = outputFiles.map((file) => file.text).join('');
  const { createRuntime } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return createRuntime({ assetsRoot: '' });
};

const rows = await Promise.all(
  readdirSync(`${root}/runtimes`).map(async (folder) => {
    const { names, deprecated = [], unsupported = {} } = await definitionOf(folder);
    const list = (/** @type {readonly string[]} */ some) => some.map((name) => `\`${name}\``).join(' ') || '–';
    const current = names.filter((name) => !deprecated.includes(name));
    const refused = Object.entries(unsupported).map(([name, reason]) => `\`${name}\`: ${reason}`);
    const readme = `[${folder}](../runtimes/${folder}/README.md)`;
    return `| ${readme} | ${list(current)} | ${list(deprecated)} | ${refused.join('; ') || '–'} |`;
  }),
);

/** Every identifier, by family, from the definitions themselves. */
export const namesTable = `| family | current | deprecated on Lambda; run all the same | not run |
|---|---|---|---|
${rows.join('\n')}`;
