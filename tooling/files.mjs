import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspaces.mjs';

/**
 * What is committed or about to be, relative to `top`. Outside a git checkout (an unpacked archive): every file but
 * those that tools leave behind.
 */
export const listFiles = (top = root) => {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: top,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const files = git.status === 0 ? git.stdout.split('\0').filter(Boolean) : walk(top, '');
  return files.filter((file) => existsSync(join(top, file)));
};

const leftBehind = /^(node_modules|dist|coverage|\.git|\.turbo|\.tap|\.cache)$|\.(tsbuildinfo|log|tgz)$/;

/**
 * @param {string} top
 * @param {string} folder
 * @returns {string[]}
 */
const walk = (top, folder) =>
  readdirSync(join(top, folder), { withFileTypes: true })
    .filter((entry) => !leftBehind.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? walk(top, `${folder}${entry.name}/`) : [`${folder}${entry.name}`]));
