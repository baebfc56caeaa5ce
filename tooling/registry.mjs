// `node tooling/registry.mjs` tells the program of every family under runtimes/; `--check` says whether it has been told.
// A family is a folder: its package exports createRuntime (RuntimeOptions → RuntimeDefinition) from ./runtime.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listWorkspaces, root } from './workspaces.mjs';

/** @typedef {{ folder: string, packageName: string, version: string, variable: string }} Family */

/** @returns {Family[]} by folder name */
const listFamilies = (/** @type {string} */ top) =>
  listWorkspaces(top)
    .filter(({ folder }) => folder.startsWith('runtimes/'))
    .map(({ folder, manifest }) => ({ folder: folder.slice('runtimes/'.length), manifest }))
    .map(({ folder, manifest: { name, version = '0.0.0' } }) => ({
      folder,
      packageName: name,
      version,
      variable: folder.replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase()),
    }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));

/** @param {Family[]} families */
const registry = (families) => `// Written by tooling/registry.mjs from the folders under runtimes/.
${families.map(({ packageName, variable }) => `import { createRuntime as ${variable} } from '${packageName}/runtime';\n`).join('')}import type { RuntimeFamily } from './runtime-family.ts';

export const families: readonly RuntimeFamily[] = [
${families.map(({ folder, packageName, variable }) => `  { folder: '${folder}', packageName: '${packageName}', createRuntime: ${variable} },\n`).join('')}];
`;

/** Every file that names the families: its path, and how its present text has to be changed. */
const files = /** @type {const} */ ([
  ['packages/cli/src/registry.ts', (/** @type {Family[]} */ families) => registry(families)],
  ['packages/cli/package.json', withDependencies],
  ['packages/cli/tsconfig.json', withReferences('../../runtimes/')],
  ['tsconfig.json', withReferences('runtimes/')],
  ['tooling/tsconfig.tests.json', withReferences('../runtimes/')],
]);

/** @param {Family[]} families @param {string} text */
function withDependencies(families, text) {
  const manifest = JSON.parse(text);
  const others = Object.entries(manifest.dependencies).filter(([name]) => !/\/runtime-/.test(name));
  const own = families.map(({ packageName, version }) => [packageName, version]);
  manifest.dependencies = Object.fromEntries([...others, ...own].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** By lines, for some of these files have comments. @param {string} prefix */
function withReferences(prefix) {
  return (/** @type {Family[]} */ families, /** @type {string} */ text) => {
    const lines = text.split('\n');
    const isReference = (/** @type {string} */ line) => line.includes(`{ "path": "${prefix}`);
    const first = lines.findIndex(isReference);
    const [indent = ''] = /^\s*/.exec(lines[first] ?? '') ?? [];
    const references = families.map(({ folder }) => `${indent}{ "path": "${prefix}${folder}" },`);
    const rest = lines.filter((line, index) => index < first || !isReference(line));
    rest.splice(first, 0, ...references);
    return rest.join('\n').replace(/,(\n\s*\])/g, '$1');
  };
}

/**
 * Writes what is not as the folders say.
 * @param {{ top?: string, check?: boolean }} [options] `check`: nothing is written
 * @returns {string[]} the files that were not
 */
export const updateRegistry = ({ top = root, check = false } = {}) => {
  const families = listFamilies(top);
  return files
    .map(([file, change]) => {
      const present = readOrEmpty(join(top, file));
      const wanted = change(families, present);
      if (wanted !== present && !check) writeFileSync(join(top, file), wanted);
      return wanted === present ? '' : file;
    })
    .filter(Boolean);
};

/** @param {string} path */
const readOrEmpty = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const check = process.argv.includes('--check');
  for (const file of updateRegistry({ check })) {
    console.error(check ? `${file} does not know the folders under runtimes/: run npm run runtimes` : `wrote ${file}`);
    if (check) process.exitCode = 1;
  }
}
