// `npm run release [-- --dry-run]`: builds, checks, and publishes what npm does not have yet. See docs/publishing.md.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { root } from '../workspaces.mjs';
import { checkPackages } from './check-packages.mjs';
import { flawsOfRelease } from './flaws-of-release.mjs';

/** @param {string} command @param {string[]} words @returns {boolean} whether it went well */
const run = (command, words) => {
  console.error(`> ${[command, ...words].join(' ')}`);
  return spawnSync(command, words, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
};

const isDryRun = process.argv.includes('--dry-run');
const flaws = flawsOfRelease();
for (const flaw of flaws) console.error(`✗ ${flaw}`);

const isWell =
  flaws.length === 0 &&
  run('npm', ['run', '--silent', 'build']) &&
  run('npm', ['run', '--silent', 'check']) &&
  (await checkPackages({ release: true }));

if (!isWell) process.exitCode = 1;
else if (isDryRun) console.log('Nothing is published: --dry-run');
else {
  const changeset = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
  if (!run(process.execPath, [changeset, 'publish'])) process.exitCode = 1;
}
