import { execFileSync } from 'node:child_process';

/**
 * What a command prints.
 * @param {string} command
 * @param {string[]} words
 * @param {string} cwd
 */
export const run = (command, words, cwd) =>
  execFileSync(command, words, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'inherit'] });
