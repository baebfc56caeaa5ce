// `npm run check`: all checks run, whatever the others say; each failure is one line.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { checkBoundaries } from './boundaries.mjs';
import { checkHygiene } from './hygiene.mjs';
import { updateRegistry } from './registry.mjs';
import { root } from './workspaces.mjs';

const require = createRequire(import.meta.url);

/** @typedef {() => string[] | Promise<string[]>} Check resolves to its failures */

/** @type {Record<string, Check>} */
const checks = {
  types: async () => {
    const { code, stdout, stderr } = await run(require.resolve('typescript/bin/tsc'), ['-b', '--pretty', 'false']);
    return code === 0 ? [] : linesOf((stdout + stderr).replace(/\n +/g, ' ')); // one line, with its explanations
  },
  'lint and format': async () => {
    const args = ['ci', '--reporter=github', '--colors=off', '--max-diagnostics=200'];
    const { code, stdout, stderr } = await run(require.resolve('@biomejs/biome/bin/biome'), args);
    return code === 0 ? [] : linesOf(stdout).filter(isDiagnostic).map(plainDiagnostic).concat(ifNone(stdout, stderr));
  },
  boundaries: checkBoundaries,
  'registry of runtimes': () =>
    updateRegistry({ check: true }).map(
      (file) => `${file} does not know the folders under runtimes/: npm run runtimes`,
    ),
  'what is committed': checkHygiene,
};

/** @param {string} line */
const isDiagnostic = (line) => line.startsWith('::');

/** `::error title=T,file=F,line=1,…::words` as `F:1 words (T)`. @param {string} line */
const plainDiagnostic = (line) => {
  const [, head = '', ...words] = line.split('::');
  const field = (/** @type {string} */ name) => new RegExp(`[ ,]${name}=([^,]*)`).exec(head)?.[1] ?? '';
  return `${relative(root, field('file'))}:${field('line')} ${words.join('::')} (${field('title')})`;
};

/** A tool that failed without a diagnostic says why in its own words. @param {string} stdout @param {string} stderr */
const ifNone = (stdout, stderr) => (linesOf(stdout).some(isDiagnostic) ? [] : linesOf(stderr + stdout));

/** @param {string} text */
const linesOf = (text) => text.split('\n').filter((line) => line.trim() !== '');

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
const run = (script, args) =>
  new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) || 1 : 0, stdout, stderr });
    });
  });

/** @param {[name: string, check: Check]} entry */
const runCheck = async ([name, check]) => {
  /** @type {string[]} */
  let failures;
  try {
    failures = await check();
  } catch (error) {
    failures = [`the check itself failed: ${error instanceof Error ? error.stack : error}`];
  }
  return { name, failures };
};

for (const { name, failures } of await Promise.all(Object.entries(checks).map(runCheck))) {
  console.log(`${failures.length > 0 ? '✗' : '✓'} ${name}`);
  for (const line of failures) console.log(`    ${line}`);
  if (failures.length > 0) process.exitCode = 1;
}
