import t from 'tap';
import { encodeText } from '../bytes.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { LogRecords } from './log-records.ts';

type Log = Extract<LifecycleEvent, { type: 'log' }>;

const log = (text: string | Uint8Array, more: Partial<Log> = {}): Log => ({
  type: 'log',
  environmentId: 'e',
  at: Date.UTC(2026, 10, 21, 12),
  stream: 'stdout',
  bytes: typeof text === 'string' ? encodeText(text) : text,
  ...more,
});

t.test('a record a line, however the bytes were cut', async (t) => {
  const lines = ['one', '', 'grüße\r', '{"not": json', 'last'];
  const bytes = encodeText(lines.join('\n'));
  for (const size of [1, 2, 3, 5, 100]) {
    const records = new LogRecords({ asJson: true });
    const seen: unknown[] = [];
    for (let start = 0; start < bytes.length; start += size) {
      for (const { record } of records.push(log(bytes.subarray(start, start + size)))) seen.push(record);
    }
    t.strictSame(seen, ['one', '', 'grüße', '{"not": json'], `in pieces of ${size}`);
    t.strictSame(
      records.end().map(({ record }) => record),
      ['last'],
    );
    t.strictSame(records.end(), []);
  }
});

t.test('who wrote it: streams and extensions are apart', async (t) => {
  const records = new LogRecords({ asJson: false });
  t.strictSame(records.push(log('out')), []);
  t.strictSame(records.push(log('err', { stream: 'stderr' })), []);
  t.strictSame(records.push(log(' of agent', { extension: 'agent' })), []);
  t.strictSame(records.push(log('put\n')), [{ time: '2026-11-21T12:00:00.000Z', type: 'function', record: 'output' }]);
  t.strictSame(records.push(log('\n', { extension: 'agent' })), [
    { time: '2026-11-21T12:00:00.000Z', type: 'extension', record: ' of agent' },
  ]);
  t.strictSame(records.end(), [{ time: '2026-11-21T12:00:00.000Z', type: 'function', record: 'err' }]);
});

t.test('a record of the log descriptor stays one, with all its lines', async (t) => {
  const records = new LogRecords({ asJson: false });
  const made = records.push(log('Error: no\n    at handler\n', { stream: 'telemetry' }));
  t.strictSame(
    made.map(({ record }) => record),
    ['Error: no\n    at handler'],
  );
});

t.test('JSON: objects come as such, all else as text', async (t) => {
  const lines = ' {"level":"INFO","message":"a"}\n{}\n[1]\n17\n"word"\nnull\n{"a":1} and more\n';
  const of = (asJson: boolean) => new LogRecords({ asJson }).push(log(lines)).map(({ record }) => record);
  t.strictSame(of(true), [{ level: 'INFO', message: 'a' }, {}, '[1]', '17', '"word"', 'null', '{"a":1} and more']);
  t.strictSame(of(false), lines.trimEnd().split('\n'));
});

t.test('a line that is longer than a buffer comes in pieces, cut between characters', async (t) => {
  const line = `x${'ü€😀'.repeat(60_000)}`;
  const records = new LogRecords({ asJson: true });
  const made = [...records.push(log(line)), ...records.push(log('\nshort\n'))].map(({ record }) => record as string);
  t.equal(made.pop(), 'short');
  t.ok(made.length > 1);
  t.equal(made.join(''), line);
  for (const piece of made) t.ok(encodeText(piece).length <= 262_144);
});
