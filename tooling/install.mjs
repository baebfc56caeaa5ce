import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './workspaces.mjs';

/**
 * Runs `npm ci` where node_modules is missing or older than the lock file. Everything it prints goes to stderr.
 * @returns {boolean} whether all is there now
 */
export const ensureInstalled = () => {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return true;
  console.error('Installing npm dependencies (npm ci)…');
  // --include=dev: NODE_ENV=production would leave the build tools out.
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32', // npm is a .cmd there
  });
  if (status !== 0) console.error('npm ci failed: see above.');
  return status === 0;
};

/** @param {string} file */
const modified = (file) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !ensureInstalled()) process.exit(1);
