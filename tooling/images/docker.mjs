import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { need } from '../needs.mjs';

/**
 * @typedef {object} Ended
 * @property {number | null} code null if it took too long
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} tookMs
 */

/**
 * Runs Docker's client.
 * @param {string[]} words
 * @throws where that takes longer than a minute: whatever hangs, the tests do not
 */
export const docker = (...words) => dockerWithin(60, ...words);

/**
 * Runs Docker's client where it may take its time.
 * @param {number} seconds
 * @param {string[]} words
 * @throws where that takes longer
 */
export const dockerWithin = async (seconds, ...words) => {
  const ended = await run('docker', words, seconds * 1000);
  if (ended.code === null) throw new Error(`docker ${words.join(' ')} did not end: ${ended.stdout}${ended.stderr}`);
  return ended;
};

/**
 * For tap's `skip`: false where an engine can run a container and publish a port, else what keeps it from that.
 * @param {string} program a static executable that knows `--version`; what it does wrong is not the engine's fault
 * @returns {Promise<string | false>}
 */
export const noEngine = async (program) => {
  const missing = need('docker-engine');
  if (missing) return missing;
  const image = `lambda-bootstraps-probe-${process.pid}`;
  const imported = await importImage(program, image);
  if (imported.code !== 0) return broken('docker import', imported);
  const words = ['--rm', '--name', image, '--publish', '127.0.0.1::9001', image, `/${basename(program)}`, '--version'];
  const ended = await run('docker', ['run', ...words], 60_000);
  for (const remove of ['rm', 'rmi']) await run('docker', [remove, '--force', image], 10_000);
  return ended.code === null || ended.code === notStarted ? broken('docker run', ended) : false;
};

/** Docker's own exit code for a container that it could not start; any other is the program's. */
const notStarted = 125;

/**
 * An image of one file.
 * @param {string} file
 * @param {string} image
 */
const importImage = async (file, image) => {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const archive = join(folder, 'image.tar');
    const packed = await run('tar', ['-cf', archive, '-C', dirname(file), basename(file)], 60_000);
    return packed.code === 0 ? await run('docker', ['import', archive, image], 60_000) : packed;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/**
 * @param {string} command
 * @param {Ended} ended
 */
const broken = (command, { code, stderr }) =>
  `needs docker-engine: the one that answers is broken: ${command} ${
    code === null ? 'did not end' : `failed: ${stderr.trim().split('\n').at(-1)}`
  }`;

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {number} timeout milliseconds
 * @returns {Promise<Ended>}
 */
const run = (command, words, timeout) =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    execFile(command, words, { timeout, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ code, stdout, stderr, tookMs: performance.now() - startedAt });
    });
  });
