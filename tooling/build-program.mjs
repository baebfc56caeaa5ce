import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { commonJs, versionOf } from './build-library.mjs';
import { thirdPartyNotices } from './third-party.mjs';
import { readManifest } from './workspaces.mjs';

/** The names the program answers to; it reads its own name to know which door was opened. */
const doors = ['lambda-bootstraps', 'init', 'aws-lambda-rie'];

/**
 * The command line program: everything in one CommonJS file (which starts faster than ES modules), and an
 * executable for each door.
 */
export const buildProgram = async ({ entry = 'src/node.ts', folder = 'dist' } = {}) => {
  const { metafile } = await build({
    entryPoints: [entry],
    metafile: true,
    outfile: `${folder}/cli.cjs`,
    bundle: true,
    format: commonJs.format,
    platform: 'node',
    target: 'node20',
    treeShaking: true,
    // Loaded by few and late: from node_modules, not by every start.
    external: ['execa'],
    plugins: [leaveOut],
    // From sources, so that an unused export of a package is shaken off across packages.
    conditions: ['lambda-bootstraps-source'],
    banner: commonJs.banner,
    define: { ...commonJs.define, ...versionOf(readManifest('.')) },
    logLevel: 'warning',
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/THIRD-PARTY-NOTICES.txt`, thirdPartyNotices('lambda-bootstraps', metafile));
  // Files without an extension are CommonJS only where the nearest package.json says so.
  await writeFile(`${folder}/package.json`, '{ "type": "commonjs" }\n');
  await Promise.all(doors.map((door) => writeExecutable(`${folder}/${door}`)));
};

/**
 * The same, by their whole names: of what is below them the bundle has what it needs at once.
 * @type {import('esbuild').Plugin}
 */
const leaveOut = {
  name: 'leave out',
  setup({ onResolve }) {
    onResolve({ filter: /^@lambda-bootstraps\/(control|inspector)$/ }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * A shell script that is JavaScript too. With `#!/usr/bin/env node` Node 20 would take an `--env-file` behind the
 * script's name for its own and load it into us; only `--` keeps it from looking there.
 *
 * Node's compile cache (node:module, 22.1) would save 8 of 55 ms, and fill the /tmp that functions see: left to users
 * who set NODE_COMPILE_CACHE.
 */
const executable = `#!/bin/sh
':' //; exec node -- "$0" "$@"
require('./cli.cjs').start();
`;

/** @param {string} file */
const writeExecutable = async (file) => {
  await writeFile(file, executable);
  await chmod(file, 0o755); // writeFile's mode is subject to the umask, and ignored where the file exists
};
