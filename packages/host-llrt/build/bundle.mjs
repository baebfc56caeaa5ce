import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { versionOf } from '../../../tooling/build-library.mjs';
import { readManifest } from '../../../tooling/workspaces.mjs';
import { cache } from './toolchain.mjs';

/**
 * A program and all it imports as one ES module for QuickJS.
 * @param {string} entry
 * @param {{ outfile?: string }} [options]
 * @returns {Promise<string>} its path
 */
export const bundle = async (entry, { outfile = join(cache, 'program.js') } = {}) => {
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
    // The codec of event streams has it of this package.
    alias: { '@aws-crypto/crc32': fileURLToPath(new URL('../src/crc32.ts', import.meta.url)) },
    // The program's own, on whatever host.
    define: versionOf(readManifest(fileURLToPath(new URL('../../cli', import.meta.url)))),
    logLevel: 'warning',
  });
  return outfile;
};
