import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTapReader } from './tap-summary.mjs';
import { root } from './workspaces.mjs';

const tap = join(root, 'node_modules/tap/dist/esm/run.mjs');

/** Longer than any single file may take (.taprc: timeout), after which tap itself must hang. */
const silence = 300_000;

/**
 * tap generates its Test class from its plugins, and does so only after it has read the old class: after each
 * `npm ci` a first run would load the TypeScript plugin that .taprc takes out.
 */
export const ensureTapBuilt = () => {
  const testClass = readFileSync(join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js'), 'utf8');
  if (!/^@tapjs\/typescript/m.test(testClass)) return;
  console.error('Preparing tap (tap build)…');
  const { status } = spawnSync(process.execPath, [tap, 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('tap build failed: see above');
};

/** The test files that .taprc includes. */
export const listTests = () =>
  spawnSync(process.execPath, [tap, 'list'], { cwd: root, encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean);

/**
 * @param {string[]} files none: all
 * @param {{ jobs: number } & Parameters<typeof createTapReader>[0]} options
 */
export const runTap = async (files, { jobs, ...listeners }) => {
  const reader = createTapReader(listeners);
  const child = spawn(process.execPath, [tap, '--reporter=tap', '--no-color', `--jobs=${jobs}`, ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let hung = false;
  const watchdog = setTimeout(() => {
    hung = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  }, silence);
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    watchdog.refresh();
    reader.write(chunk);
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));

  const [code, signal] = await once(child, 'close');
  clearTimeout(watchdog);
  reader.end();
  return { summary: reader.summary, failure: describeEnd({ code, signal, hung, whole: reader.isWhole() }) };
};

/** @param {{ code: number | null, signal: string | null, hung: boolean, whole: boolean }} end */
const describeEnd = ({ code, signal, hung, whole }) => {
  if (hung) return `tap was silent for ${silence / 1000} s and was ended`;
  if (signal) return `tap was killed by ${signal}`;
  if (code !== 0) return `tap ended with exit code ${code}`;
  return whole ? undefined : 'the results of tap are incomplete';
};
