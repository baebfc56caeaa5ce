import { join } from 'node:path';
import { build } from 'esbuild';
import { versionOf } from '../../../tooling/build-library.mjs';
import { readManifest } from '../../../tooling/workspaces.mjs';
import { cache } from './toolchain.mjs';

/**
 * A program and all it imports as one ES module for QuickJS.
 * @param {string} entry
 * @param {{ define?: Record<string, string>, name?: string }} [options]
 * @returns {Promise<string>} its path
 */
export const bundle = async (entry, { define = {}, name = 'program' } = {}) => {
  const outfile = join(cache, `${name}.js`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    // A browser has no built-in modules either: an import of Node's ends the build.
    platform: 'browser',
    target: 'es2023',
    // Names stay: they are in the stacks of defect reports.
    minifySyntax: true,
    minifyWhitespace: true,
    conditions: ['lambda-bootstraps-source'],
    define: { ...versionOf(readManifest(new URL('..', import.meta.url).pathname)), ...define },
    logLevel: 'warning',
  });
  return outfile;
};
