import t from 'tap';
import { encodeText } from '../bytes.ts';
import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import { EventQueue, type EventQueueOptions } from './event-queue.ts';

/** A queue, and what puts events into it. */
function queueOf(options?: EventQueueOptions) {
  const sinks = new Set<LifecycleSink>();
  const queue = new EventQueue((sink) => {
    sinks.add(sink);
    return () => sinks.delete(sink);
  }, options);
  return { queue, sinks, tell: (event: LifecycleEvent) => sinks.forEach((sink) => void sink(event)) };
}

const log = (text: string): LifecycleEvent => ({
  type: 'log',
  environmentId: 'e',
  at: 0,
  stream: 'stdout',
  bytes: encodeText(text),
});

const textOf = (event: Awaited<ReturnType<EventQueue['next']>>['value']) =>
  event?.type === 'log' ? new TextDecoder().decode(event.bytes) : event;

t.test('events wait for their reader, and the reader for events', async (t) => {
  const { queue, tell } = queueOf();
  tell(log('a'));
  tell(log('b'));
  t.equal(textOf((await queue.next()).value), 'a');
  t.equal(textOf((await queue.next()).value), 'b');
  const [third, fourth] = [queue.next(), queue.next()];
  tell(log('c'));
  tell(log('d'));
  t.equal(textOf((await third).value), 'c');
  t.equal(textOf((await fourth).value), 'd');
});

t.test('a slow reader loses the oldest events, and is told how many', async (t) => {
  const { queue, tell } = queueOf({ maxEvents: 2 });
  for (const text of ['a', 'b', 'c', 'd', 'e']) tell(log(text));
  t.strictSame((await queue.next()).value, { type: 'events-lost', count: 3 });
  t.equal(textOf((await queue.next()).value), 'd');
  tell(log('f'));
  t.equal(textOf((await queue.next()).value), 'e');
  t.equal(textOf((await queue.next()).value), 'f');
});

t.test('what waits is bounded in bytes too', async (t) => {
  const { queue, tell } = queueOf({ maxBytes: 10 });
  tell(log('a'.repeat(4)));
  tell(log('b'.repeat(4)));
  tell(log('c'.repeat(4)));
  t.strictSame((await queue.next()).value, { type: 'events-lost', count: 1 });
  t.equal(textOf((await queue.next()).value), 'bbbb');
  tell({ type: 'invocation-received', at: 0, requestId: 'r', traceId: '', payload: new Uint8Array(50) });
  t.strictSame((await queue.next()).value, { type: 'events-lost', count: 1 });
  t.match((await queue.next()).value, { type: 'invocation-received' }, 'the newest is kept, however large');
  tell(log('d'));
  t.equal(textOf((await queue.next()).value), 'd');
});

t.test('many events, read in between, come in order', async (t) => {
  const { queue, tell } = queueOf({ maxEvents: 100_000 });
  const read: unknown[] = [];
  for (let number = 0; number < 5_000; number++) {
    tell(log(String(number)));
    if (number % 3 === 0) read.push(textOf((await queue.next()).value));
  }
  while (read.length < 5_000) read.push(textOf((await queue.next()).value));
  t.strictSame(
    read,
    Array.from({ length: 5_000 }, (_, number) => String(number)),
  );
});

t.test('the end comes behind what waits', async (t) => {
  const { queue, tell, sinks } = queueOf();
  tell(log('a'));
  queue.end();
  t.equal(sinks.size, 0);
  t.equal(textOf((await queue.next()).value), 'a');
  t.strictSame(await queue.next(), { done: true, value: undefined });
});

t.test('a reader who waits is told of the end; one who leaves hears no more', async (t) => {
  const ended = queueOf();
  const waiting = ended.queue.next();
  ended.queue.end();
  t.strictSame(await waiting, { done: true, value: undefined });

  const { queue, tell, sinks } = queueOf();
  tell(log('a'));
  tell(log('b'));
  for await (const event of queue) {
    t.equal(textOf(event), 'a');
    break;
  }
  t.equal(sinks.size, 0);
  t.strictSame(await queue.next(), { done: true, value: undefined });
});
