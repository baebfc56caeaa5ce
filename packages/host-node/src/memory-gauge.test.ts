import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import t from 'tap';
import { MemoryGauge } from './memory-gauge.ts';

const megabyte = 1_048_576;

t.test('a process that starts another later', { skip: process.platform !== 'linux' && 'reads /proc' }, async (t) => {
  const hold = `globalThis.kept = Buffer.alloc(64 * ${megabyte}, 1); console.log('held'); setInterval(() => {}, 1000)`;
  const script = 'echo up; read line; "$0" -e "$1" & wait';
  const root = spawn('/bin/sh', ['-c', script, process.execPath, hold], { detached: true });
  t.teardown(() => process.kill(-root.pid!, 'SIGKILL'));
  const lines = createInterface({ input: root.stdout })[Symbol.asyncIterator]();
  const gauge = new MemoryGauge(root.pid!);
  t.equal((await lines.next()).value, 'up');
  const alone = gauge.bytes() ?? 0;
  t.ok(alone > 0 && alone < 32 * megabyte, `${alone / megabyte} MB`);
  t.ok((gauge.bytes() ?? 0) < 32 * megabyte, 'again, while it is alone');
  root.stdin.write('\n');
  t.equal((await lines.next()).value, 'held');
  t.ok((gauge.bytes() ?? 0) > 64 * megabyte, 'what the other uses counts');
  gauge.close();
});

t.test('nobody', async (t) => {
  const gauge = new MemoryGauge(2 ** 30);
  t.equal(gauge.bytes(), undefined);
  gauge.close();
});
