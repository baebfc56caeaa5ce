import t from 'tap';
import { decodeText } from '../bytes.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import type { Buffering } from './batches.ts';
import { Subscriber } from './subscriber.ts';

const buffering: Buffering = { maxBytes: 1_000, maxItems: 10, timeoutMs: 100 };

/** A subscriber whose destination does what the test says: `take` ends what is on its way, well or not. */
function start() {
  const clock = new ManualClock();
  const sent: unknown[][] = [];
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];
  let closed = 0;
  const destination = {
    send(events: readonly Uint8Array[]): Promise<void> {
      sent.push(events.map((event) => JSON.parse(decodeText(event)).record));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    close() {
      closed++;
      for (const { reject } of waiting.splice(0)) reject(new Error('closed'));
    },
  };
  const subscriber = new Subscriber({ clock, destination, buffering });
  return {
    clock,
    sent,
    subscriber,
    closed: () => closed,
    push: (...records: unknown[]) => {
      for (const record of records) subscriber.push({ time: '2026-11-21T12:00:00.000Z', type: 'function', record });
    },
    take: async (error?: string) => {
      const { resolve, reject } = waiting.shift()!;
      if (error === undefined) resolve();
      else reject(new Error(error));
      await settle();
    },
    onItsWay: () => waiting.length,
  };
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

t.test('a batch is sent when its first event has waited long enough', async (t) => {
  const { push, clock, sent, take } = start();
  push(1);
  await clock.advance(60);
  push(2);
  await clock.advance(39);
  t.strictSame(sent, []);
  await clock.advance(1);
  t.strictSame(sent, [[1, 2]]);
  await take();
  push(3);
  await clock.advance(99);
  t.equal(sent.length, 1);
  await clock.advance(1);
  t.strictSame(sent[1], [3]);
});

t.test('a batch is sent when it has enough events, or bytes', async (t) => {
  const { push, sent, take, clock } = start();
  push(...numbers(0, 12));
  t.strictSame(sent, [numbers(0, 10)]);
  await take();
  await clock.advance(99);
  t.equal(sent.length, 1, 'the rest has its own time');
  await clock.advance(1);
  t.strictSame(sent[1], [10, 11]);
  await take();

  const long = 'x'.repeat(400);
  push(long, long);
  t.equal(sent.length, 2);
  push(long);
  t.strictSame(sent[2], [long, long], 'what does not fit any more opens the next');
  await clock.advance(100);
  await take();
  t.strictSame(sent[3], [long]);
  await take();
  push('y'.repeat(5_000));
  t.equal(sent.length, 5, 'one that is larger than all is sent alone');
});

t.test('one batch is on its way at a time; what comes meanwhile is gathered', async (t) => {
  const { push, clock, sent, take, onItsWay } = start();
  push(1);
  await clock.advance(100);
  for (const record of [2, 3, 4]) {
    push(record);
    await clock.advance(1_000);
  }
  t.equal(onItsWay(), 1);
  t.strictSame(sent, [[1]]);
  await take();
  t.strictSame(sent[1], [2, 3, 4]);
});

t.test('a slow subscriber costs bounded memory, and hears what it has missed', async (t) => {
  const { push, sent, take, clock } = start();
  push(...numbers(0, 1_000));
  t.equal(sent.length, 1);
  await take();
  t.match(sent[1]![0], {
    reason: 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.',
    droppedRecords: 960,
    droppedBytes: Number,
  });
  t.strictSame(sent[1]!.slice(1), numbers(10, 10));
  await take();
  t.strictSame(sent[2], numbers(20, 10));
  await take();
  t.strictSame(sent[3], numbers(30, 10));
  await take();
  push('after');
  await clock.advance(100);
  t.strictSame(sent[4], ['after'], 'it is told once');
});

t.test('a dead subscriber is tried again, then told when it is back', async (t) => {
  const { push, sent, take, clock, onItsWay } = start();
  push('lost');
  await clock.advance(100);
  for (const waitMs of [50, 100, 200, 400, 800]) {
    await take('connect ECONNREFUSED');
    t.equal(onItsWay(), 0);
    await clock.advance(waitMs - 1);
    t.equal(onItsWay(), 0);
    await clock.advance(1);
    t.equal(onItsWay(), 1);
  }
  await take('connect ECONNREFUSED');
  t.equal(sent.length, 6);
  await clock.advance(60_000);
  t.equal(sent.length, 6, 'nothing more is tried for nothing new');
  push('kept');
  await clock.advance(100);
  t.match(sent[6], [
    { reason: 'Events could not be sent: connect ECONNREFUSED', droppedRecords: 1, droppedBytes: Number },
    'kept',
  ]);
  await take('still not');
  await clock.advance(50);
  t.strictSame(sent[7], sent[6], 'tried again whole');
  await take();
  push('well');
  await clock.advance(100);
  t.strictSame(sent[8], ['well']);
});

t.test('what was told in vain is not forgotten', async (t) => {
  const { push, sent, take, clock } = start();
  for (const record of ['a', 'b']) {
    push(record);
    await clock.advance(100);
    for (const waitMs of [50, 100, 200, 400, 800, 0]) {
      await take('no');
      await clock.advance(waitMs);
    }
  }
  push('c');
  await clock.advance(100);
  t.match(sent.at(-1), [{ droppedRecords: 2 }, 'c']);
});

t.test('flush sends what is held back, then all at once, until the end', async (t) => {
  const { push, sent, take, subscriber, closed, clock } = start();
  push('held back');
  let flushed = false;
  const end = subscriber.flush().then(() => {
    flushed = true;
  });
  t.strictSame(sent, [['held back']]);
  push('late');
  await take();
  t.strictSame(sent[1], ['late']);
  t.equal(flushed, false);
  await take();
  await end;
  push('later');
  t.strictSame(sent[2], ['later']);
  t.equal(closed(), 0);
  subscriber.close();
  t.equal(closed(), 1);
  push('too late');
  await clock.advance(60_000);
  t.equal(sent.length, 3);
});

t.test('flush with nothing to send ends at once', async (t) => {
  const { subscriber, sent } = start();
  await subscriber.flush();
  await subscriber.flush();
  t.strictSame(sent, []);
});

t.test('flush does not wait for a subscriber that hangs', async (t) => {
  const { push, sent, subscriber, clock, closed } = start();
  push('held back');
  let flushed = false;
  void subscriber.flush().then(() => {
    flushed = true;
  });
  await clock.advance(499);
  t.equal(flushed, false);
  await clock.advance(1);
  await settle();
  t.equal(flushed, true);
  subscriber.close();
  t.equal(closed(), 1);
  await clock.advance(60_000);
  t.equal(sent.length, 1, 'and nothing is tried any more');
});

t.test('flush tries a dead subscriber once, also one that is to be tried again', async (t) => {
  for (const isWaiting of [false, true]) {
    const { push, sent, take, subscriber, clock } = start();
    push('held back');
    if (isWaiting) {
      await clock.advance(100);
      await take('connect ECONNREFUSED');
    }
    const flushed = subscriber.flush();
    await settle();
    await take('connect ECONNREFUSED');
    await flushed;
    const count = sent.length;
    await clock.advance(60_000);
    t.equal(sent.length, count);
  }
});

t.test('closing ends a flush', async (t) => {
  const { push, subscriber } = start();
  push('held back');
  const flushed = subscriber.flush();
  subscriber.close();
  await flushed;
  t.pass();
});
