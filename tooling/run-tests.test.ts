import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runTests } from './run-tests.mjs';

/** Test files that say in TAP what they are told to, the first time and every other time. */
const filesOf = (folder: string, files: Readonly<Record<string, readonly [first: string, then: string]>>): string[] =>
  Object.entries(files).map(([name, says]) => {
    const file = join(folder, `${name}.mts`);
    const seen = JSON.stringify(`${file}.seen`);
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
      const line = ${JSON.stringify(says)}[existsSync(${seen}) ? 1 : 0];
      writeFileSync(${seen}, '');
      console.log('TAP version 14\\n' + line + '\\n1..1');
      process.exitCode = line.startsWith('ok') ? 0 : 1;`,
    );
    return file;
  });

const good = 'ok 1 - it';
const bad = 'not ok 1 - it';

t.test('a file that fails and then passes alone is told as unsteady', async (t) => {
  const folder = t.testdir();
  const files = filesOf(folder, { steady: [good, good], unsteady: [bad, good], broken: [bad, bad] });
  const summary = await runTests(files, { jobs: 2, runAgain: true });
  t.equal(summary.passed, 2);
  t.strictSame(
    summary.failures.map(({ name }) => name),
    [join(folder, 'broken.mts')],
  );
  t.strictSame(
    summary.unsteady.map(({ name }) => name),
    [join(folder, 'unsteady.mts')],
  );
});

t.test('nothing is run again where it was not asked for, or where much fails', async (t) => {
  const once = await runTests(filesOf(t.testdir(), { unsteady: [bad, good] }), { jobs: 1, runAgain: false });
  t.match(once, { passed: 0, failures: [{}], unsteady: [] });
  const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, [bad, good] as const]));
  const summary = await runTests(filesOf(t.testdir(), many), { jobs: 2, runAgain: true });
  t.equal(summary.failures.length, 4);
  t.strictSame(summary.unsteady, []);
});
