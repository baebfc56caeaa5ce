import { readFileSync } from 'node:fs';
import t from 'tap';
import { createTapReader, lastLine } from './tap-summary.mjs';

const read = (tap: string) => {
  const files: string[] = [];
  const reader = createTapReader({ onFile: (name, summary) => files.push(`${name}: ${lastLine(summary)}`) });
  reader.write(tap);
  reader.end();
  return { ...reader.summary, files, whole: reader.isWhole() };
};

t.test('a recorded run with every kind of ending', async (t) => {
  const { files, failures, skips, whole, ...summary } = read(
    readFileSync(new URL('./fixtures/run.tap', import.meta.url), 'utf8'),
  );
  t.equal(lastLine({ failures, skips, ...summary }), '3 passed, 7 failed, 7 skipped');
  t.strictSame(files, [
    'x/a.test.ts: 2 passed, 1 failed, 6 skipped',
    'x/b.test.ts: 1 passed, 1 failed',
    'x/c.test.ts: 0 passed, 0 failed, 1 skipped',
    'x/d.test.ts: 0 passed, 1 failed',
    'x/e.test.ts: 0 passed, 2 failed',
    'x/f.test.ts: 0 passed, 1 failed',
    'x/g.test.ts: 0 passed, 1 failed',
  ]);
  t.strictSame(
    failures.map(({ name }) => name),
    [
      'x/a.test.ts › nested › two',
      'x/b.test.ts › dies',
      'x/d.test.ts',
      'x/e.test.ts › timeout',
      'x/e.test.ts',
      'x/f.test.ts › kill',
      'x/g.test.ts',
    ],
  );
  t.match(failures[0]?.details, ['one is two (x/a.test.ts:4:137)', '--- expected']);
  t.match(failures[2]?.details, ['x/d.test.ts', 'exit code 1'], 'a file that crashes as it loads');
  t.strictSame(failures[6]?.details, ['no tests found in this file'], 'a file that ends before its first test');
  t.strictSame(skips[0], { name: 'x/a.test.ts › skipped for a need', reason: 'needs go: https://go.dev' });
  t.strictSame(skips[1], { name: 'x/a.test.ts › later', reason: 'to do: write me' });
  t.strictSame(skips[6], { name: 'x/c.test.ts', reason: 'needs jdk: get one' }, 'a file skipped as a whole');
  t.ok(whole);
});

t.test('all is well', async (t) => {
  const summary = read(
    'TAP version 14\n1..1\n# Subtest: a.test.ts\n    ok 1 - one\n    ok 2 - two\n    1..2\nok 1 - a.test.ts\n',
  );
  t.equal(lastLine(summary), '1 passed, 0 failed', 'a file without subtests is one test');
  t.ok(summary.whole);
});

t.test('a stream that ends early is not whole', async (t) => {
  t.notOk(read('TAP version 14\n1..3\nok 1 - a.test.ts\n').whole);
});

t.test('a bail out is a failure', async (t) => {
  t.match(read('TAP version 14\nBail out! no room\n').failures, [{ name: 'Bail out!', details: ['no room'] }]);
});
