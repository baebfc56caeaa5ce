import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What an npm that runs us tells its scripts of itself: another project's npm must not hear of it. */
const ofThisRun = /^(npm_(config_(local_)?prefix|config_workspaces?|package|lifecycle|command|execpath)|INIT_CWD)/i;

/**
 * npm as a user has it: with the settings of the machine, in a folder.
 * @param {string} folder
 * @param {readonly string[]} words
 * @returns {Promise<string>} what it wrote to stdout
 * @throws with its stderr, where it fails
 */
export const npm = async (folder, words) => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name)));
  const settings = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const options = { cwd: folder, env, maxBuffer: 2 ** 26, shell: process.platform === 'win32' };
  return (await promisify(execFile)('npm', [...settings, ...words], options)).stdout;
};
