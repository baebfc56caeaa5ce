// `npm test [-- part-of-a-file-name…]`: every workspace's tests, in one run.
// The last line of stdout is `N passed, N failed[, N skipped]`; see tap-summary.mjs for what is counted.
import { availableParallelism } from 'node:os';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './install.mjs';

if (!ensureInstalled() || !ensureBuilt()) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

// Imported only now: they need what was just installed.
const { listTests, runTests } = await import('./run-tests.mjs');
const { lastLine } = await import('./tap-summary.mjs');
const { broughtBySetup, needOf } = await import('./needs.mjs');

const args = process.argv.slice(2);
const filters = args.filter((arg) => arg !== '--full');
if (args.includes('--full')) process.env.LAMBDA_BOOTSTRAPS_FULL = '1';

const files = listTests().filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)));
if (filters.length > 0 && files.length === 0) {
  console.error(`No test file has ${filters.join(' or ')} in its name.`);
  console.log('0 passed, 0 failed');
  process.exit(1);
}

// What tests print is wanted by who looks at some of them, and noise in a run of all.
const onExtra = filters.length > 0 ? (/** @type {string} */ text) => void process.stderr.write(text) : () => {};
const isCi = process.env.LAMBDA_BOOTSTRAPS_CI === '1';
// A person wants the first failure told; a busy CI machine may have caused it.
const summary = await runTests(files, { jobs: availableParallelism(), runAgain: isCi, onFile: printFile, onExtra });

for (const { name, details } of summary.unsteady) {
  console.log(`\nUNSTEADY, passed when run again alone: ${name}\n${details.map((line) => `    ${line}`).join('\n')}`);
}
if (isCi) {
  const unexcused = summary.skips.filter(({ reason }) => broughtBySetup.some((name) => name === needOf(reason)));
  summary.skips = summary.skips.filter((skip) => !unexcused.includes(skip));
  for (const { name, reason } of unexcused) {
    summary.failures.push({ name, details: [`skipped (${reason}), though tooling/ci/setup brings it`] });
  }
}
if (summary.passed + summary.failures.length === 0) console.error('No test ran.');

for (const { name, details } of summary.failures) {
  console.log(`\nFAILED ${name}\n${details.map((line) => `    ${line}`).join('\n')}`);
}
if (summary.skips.length > 0) {
  console.log(`\n${summary.skips.length} skipped:`);
  for (const reason of new Set(summary.skips.map((skip) => skip.reason))) {
    const [first, ...others] = summary.skips.filter((skip) => skip.reason === reason);
    console.log(`  ${first?.name}${others.length > 0 ? ` and ${others.length} more` : ''}: ${reason}`);
  }
}
console.log(`\n${lastLine(summary)}`);
process.exitCode = summary.failures.length > 0 || summary.passed === 0 ? 1 : 0;

/**
 * @param {string} name
 * @param {import('./tap-summary.mjs').Summary} file
 * @param {number} milliseconds
 */
function printFile(name, file, milliseconds) {
  console.log(
    `${file.failures.length > 0 ? '✗' : '✓'} ${name}: ${lastLine(file)} (${(milliseconds / 1000).toFixed(1)} s)`,
  );
}
