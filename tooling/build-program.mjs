import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/** The names the program answers to; it reads its own name to know which door was opened. */
const doors = ['lambda-bootstraps', 'init', 'aws-lambda-rie'];

/**
 * The command line program: everything in one CommonJS file (which starts faster than ES modules), and an
 * executable for each door.
 */
export const buildProgram = async ({ entry = 'src/node.ts', folder = 'dist' } = {}) => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  await build({
    entryPoints: [entry],
    outfile: `${folder}/cli.cjs`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    treeShaking: true,
    // From sources, so that an unused export of a package is shaken off across packages.
    conditions: ['lambda-bootstraps-source'],
    banner: { js: programUrl },
    define: { 'import.meta.url': '__programUrl', LAMBDA_BOOTSTRAPS_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  await mkdir(folder, { recursive: true });
  // Files without an extension are CommonJS only where the nearest package.json says so.
  await writeFile(`${folder}/package.json`, '{ "type": "commonjs" }\n');
  await Promise.all(doors.map((door) => writeExecutable(`${folder}/${door}`)));
};

/** @param {string} file */
const writeExecutable = async (file) => {
  await writeFile(file, "#!/usr/bin/env node\nrequire('./cli.cjs').start(__filename);\n");
  await chmod(file, 0o755); // writeFile's mode is subject to the umask, and ignored where the file exists
};

/** Bundled as CommonJS, a module's own URL is that of the one file. */
const programUrl = "const __programUrl = require('node:url').pathToFileURL(__filename).href;";
