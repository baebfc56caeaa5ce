import { encodeText, type LifecycleEvent } from '@lambda-bootstraps/core';
import t from 'tap';
import { eventJson } from './event-json.ts';
import { EventLog, longestText } from './event-log.ts';

const written = (text: string): LifecycleEvent => ({
  type: 'log',
  environmentId: 'e',
  at: 7,
  stream: 'stdout',
  bytes: encodeText(text),
});

const all = { events: 1_000, bytes: 1_000_000_000 };
const seqs = (log: EventLog, from: number, filter = {}, limit = all) =>
  log.read(from, filter, limit).events.map(({ seq }) => seq);

t.test('the last ones are kept, and who comes late learns how many are gone', async (t) => {
  const log = new EventLog({ events: 3 });
  t.same(log.read(1, {}, all), { events: [], from: 1, next: 1, lost: 0 });
  for (const text of ['a', 'b', 'c', 'd', 'e']) log.append('f', written(text));
  t.same(seqs(log, 1), [3, 4, 5]);
  t.match(log.read(1, {}, all), { from: 3, next: 6, lost: 2 });
  t.match(log.read(0, {}, all), { from: 3, next: 6, lost: 2 }, '0 is the beginning too');
  t.match(log.read(2, {}, all), { from: 3, lost: 1 });
  t.match(log.read(4, {}, all), { from: 4, next: 6, lost: 0 });
  t.same(seqs(log, 4), [4, 5]);
  t.match(log.read(6, {}, all), { events: [], next: 6, lost: 0 });
});

t.test('a number that was never given is one of another server: all that is kept is new', async (t) => {
  const log = new EventLog();
  log.append('f', written('a'));
  t.match(log.read(500, {}, all), { from: 1, next: 2, lost: 0 });
  t.same(seqs(log, 500), [1]);
});

t.test('their bytes are bounded too, and one is kept in any case', async (t) => {
  const log = new EventLog({ bytes: 10_000 });
  for (let count = 0; count < 10; count++) log.append('f', written('x'.repeat(3_000)));
  t.same(seqs(log, 1), [9, 10].slice(-2), 'two of 3,400 bytes and no third');
  log.append('f', written('y'.repeat(50_000)));
  t.same(seqs(log, 1), [11]);
});

t.test('a reading ends at its limit and goes on from there', async (t) => {
  const log = new EventLog();
  for (let count = 0; count < 5; count++) log.append('f', written('x'.repeat(1_000)));
  const first = log.read(1, {}, { events: 2, bytes: 1_000_000 });
  t.match(first, { next: 3 });
  t.same(seqs(log, first.next, {}, { events: 100, bytes: 1 }), [3], 'one at least');
});

t.test('a filter lets through what it names', async (t) => {
  const log = new EventLog();
  log.append('one', written('a'));
  log.append('two', written('b'));
  log.append('one', { type: 'environment-ready', environmentId: 'e', at: 1, initDurationMs: 2 });
  t.same(seqs(log, 1, { functions: new Set(['one']) }), [1, 3]);
  t.same(seqs(log, 1, { types: new Set(['log']) }), [1, 2]);
  t.same(seqs(log, 1, { functions: new Set(['one']), types: new Set(['log']) }), [1]);
  t.equal(log.read(1, { functions: new Set() }, all).next, 4, 'what is passed over is not read again');
});

t.test('who waits is called once, and not when he has gone', async (t) => {
  const log = new EventLog();
  const called: string[] = [];
  log.onceAppended(() => called.push('stays'));
  log.onceAppended(() => called.push('goes'))();
  log.append('f', written('a'));
  log.append('f', written('b'));
  t.same(called, ['stays']);
});

t.test('a long text is cut off between two characters, and the rest is not kept', async (t) => {
  const log = new EventLog();
  const text = `x${'é'.repeat(40_000)}`;
  log.append('f', written(text));
  const [kept] = log.read(1, {}, all).events;
  t.equal(kept!.text?.length, longestText - 1, 'the last character would have been half');
  t.equal(kept!.text?.buffer.byteLength, longestText - 1);
  t.match(kept!.event, { bytes: new Uint8Array(0) });
  t.match(JSON.parse(eventJson(kept!)), {
    text: text.slice(0, 1 + (longestText - 2) / 2),
    truncated: true,
    bytes: 80_001,
  });
});
