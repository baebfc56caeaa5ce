import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { createTapReader } from './tap-summary.mjs';
import { listWorkspaces, root } from './workspaces.mjs';

// Each test file is a program that prints TAP, run here by plain Node. tap's own runner would put variables and a
// loader of its own into every process that a test starts, and functions under test would see them.
export const nodeArguments = ['--import=tsx', '--conditions=lambda-bootstraps-source'];

/** The longest that a single file may take, in milliseconds. */
const fileTimeout = 600_000;

/** Every test file of every workspace, by its path from the root. */
export const listTests = () =>
  listWorkspaces()
    .flatMap(({ folder }) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    .filter((path) => path.endsWith('.test.ts') && !/(^|[\\/])(node_modules|dist|fixtures|\.\w+)[\\/]/.test(path))
    .map((path) => path.split(sep).join('/'))
    .sort();

/** More failed files than this are no accident of a busy machine. */
const mostRunAgain = 3;

/** @typedef {{ file: string, output: string, flaw: string | undefined, milliseconds: number }} FileRun */

/**
 * Runs test files, so many at a time, and gathers their results as if they were one. The few that failed are run once
 * more, alone, and that run counts; those that pass then are `unsteady`, with what failed at first.
 * @param {string[]} files
 * @param {{ jobs: number, runAgain: boolean } & Parameters<typeof createTapReader>[0]} options
 */
export const runTests = async (files, { jobs, runAgain, ...listeners }) => {
  const reader = createTapReader(listeners);
  const waiting = [...files];
  let ended = 0;
  const tell = (/** @type {FileRun} */ run) => reader.write(asSubtest(++ended, run));
  /** @type {FileRun[]} */
  const failed = [];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const run = await runFile(file);
      if (run.flaw !== undefined && runAgain) failed.push(run);
      else tell(run);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));

  /** @type {import('./tap-summary.mjs').Failure[]} */
  const unsteady = [];
  for (const first of failed) {
    const counts = failed.length > mostRunAgain ? first : await runFile(first.file);
    tell(counts);
    if (counts.flaw === undefined) unsteady.push(...failuresOf(first));
  }
  reader.write(`1..${ended}\n`);
  reader.end();
  return { ...reader.summary, unsteady };
};

/** @param {FileRun} run */
const failuresOf = (run) => {
  const reader = createTapReader();
  reader.write(`${asSubtest(1, run)}1..1\n`);
  reader.end();
  return reader.summary.failures;
};

/**
 * @param {string} file
 * @returns {Promise<FileRun>}
 */
const runFile = async (file) => {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeArguments, file], {
    cwd: root,
    env: { ...process.env, TAP_BAIL: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  running.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child);
  }, fileTimeout);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  running.delete(child);
  return { file, output, flaw: flawOf({ code, signal, late, output }), milliseconds: performance.now() - startedAt };
};

/** Why a file failed as a whole, though none of its assertions may have. */
const flawOf = (/** @type {{ code: number | null, signal: string | null, late: boolean, output: string }} */ end) => {
  if (end.late) return `took longer than ${fileTimeout / 1000} s`;
  if (end.signal) return `was killed by ${end.signal}`;
  if (!/^1\.\.\d+/m.test(end.output)) return `ended with exit code ${end.code} and without a plan`;
  return end.code === 0 ? undefined : `ended with exit code ${end.code}`;
};

/**
 * A file's TAP, as a subtest of the whole.
 * @param {number} number
 * @param {FileRun} run
 */
const asSubtest = (number, { file: name, output, flaw, milliseconds }) => {
  const [, skipped] = /^1\.\.0 # (?:SKIP )?(.*)$/im.exec(output) ?? [];
  const indented = output.replace(/\n+$/, '').replace(/^(?=.)/gm, '    ');
  const result = flaw === undefined ? 'ok' : 'not ok';
  const directive = skipped === undefined ? ` # time=${milliseconds.toFixed(1)}ms` : ` # SKIP ${skipped}`;
  const details = flaw === undefined ? '' : `  ---\n  message: ${JSON.stringify(flaw)}\n  ...\n`;
  return `# Subtest: ${name}\n${indented}\n${result} ${number} - ${name}${directive}\n${details}`;
};

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child */
const killGroup = (child) => {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // It has ended.
  }
};

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    for (const child of running) killGroup(child);
    process.exit(1);
  });
}
