import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { llrtProgram, noExecutable } from './testing/executable.ts';

const run = promisify(execFile);
t.setTimeout(60_000);

t.test('timers', { skip: noExecutable }, async (t) => {
  const { stdout } = await run(await llrtProgram(new URL('./testing/clock-program.ts', import.meta.url)));
  const [called, isLate] = stdout.split('\n');
  t.equal(called, 'first, second, not within the call, at once', 'in the order in which they are due');
  t.equal(isLate, 'true', 'none before its time');
});
