import { setTimeout } from 'node:timers/promises';
import { encodeText, type LifecycleEvent } from '@lambda-bootstraps/core';
import t from 'tap';
import type { EventLog } from './event-log.ts';
import { serveControl, token } from './testing/serve-control.ts';

t.setTimeout(120_000);

const full = { managed: true, token };

const line = (text: string): LifecycleEvent => ({
  type: 'log',
  environmentId: 'e',
  at: Date.now(),
  stream: 'stdout',
  bytes: encodeText(text),
});

const log = (events: EventLog, count: number, text = 'a line'): void => {
  for (let index = 0; index < count; index++) events.append('f', line(text));
};

t.test('a feed tells what happens, in order and with numbers', async (t) => {
  const { ask, feed, service } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 20_000 });
  const client = feed('/v1/feed');
  await client.opened;
  await ask('POST', '/v1/functions/f/invoke', { payload: { log: 'heard' } });
  await client.until(({ events }) => events.at(-1)?.type === 'invocation-completed');
  t.same(client.events, (await ask('GET', '/v1/events?from=1')).json.events, 'the same as a poll');
  t.equal(client.messages.at(-1)?.next, client.events.length + 1);
  t.equal(client.socket.protocol, '');
});

t.test('from a number on, and only what is wanted', async (t) => {
  const { events, feed } = await serveControl(t, full);
  log(events, 3);
  events.append('g', line('of another'));
  const whole = feed('/v1/feed?from=1');
  const part = feed('/v1/feed?from=3&functions=f&types=log');
  const fresh = feed('/v1/feed');
  await Promise.all([whole.opened, part.opened, fresh.opened]);
  log(events, 1);
  await Promise.all([
    whole.until((client) => client.events.length === 5),
    part.until((client) => client.events.length === 2),
    fresh.until((client) => client.events.length === 1),
  ]);
  t.same(
    whole.events.map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
  t.same(
    part.events.map(({ seq }) => seq),
    [3, 5],
  );
  t.same(
    fresh.events.map(({ seq }) => seq),
    [5],
  );
});

t.test('what is gone is counted, before what is there', async (t) => {
  const { events, feed } = await serveControl(t, { ...full, log: { events: 10 } });
  log(events, 25);
  const client = feed('/v1/feed?from=6');
  await client.until((one) => one.events.length === 10);
  t.same(client.messages[0], { lost: 10, next: 16 });
  t.same(client.events[0]?.seq, 16);
});

t.test('a browser gives its token among the subprotocols', async (t) => {
  const { events, feed } = await serveControl(t, full);
  const client = feed('/v1/feed', ['lambda-bootstraps.v1', `token.${token}`], { Origin: 'http://localhost:3000' });
  await client.opened;
  t.equal(client.socket.protocol, 'lambda-bootstraps.v1');
  log(events, 1);
  await client.until((one) => one.events.length === 1);
});

t.test('the end of the server is told, behind the last events', async (t) => {
  const { control, events, feed, server } = await serveControl(t, full);
  const client = feed('/v1/feed');
  await client.opened;
  log(events, 1, 'the last');
  control.close();
  await server.stop();
  t.same(await client.ended, { code: 1001 });
  t.match(client.events, [{ text: 'the last' }]);
});

t.test('there may be so many feeds, and one that ends makes room', async (t) => {
  const { feed } = await serveControl(t, full);
  const clients = Array.from({ length: 64 }, () => feed('/v1/feed'));
  await Promise.all(clients.map(({ opened }) => opened));
  const refused = await feed('/v1/feed').ended;
  t.equal(refused.status, 429);
  t.match(JSON.parse(refused.text ?? ''), { error: { code: 'ERR_TOO_MANY_READERS' } });
  clients[0]?.socket.close();
  await clients[0]?.ended;
  for (;;) {
    const again = feed('/v1/feed');
    const end = await Promise.race([again.opened, again.ended]);
    if (!(end as { status?: number } | undefined)?.status) break;
  }
});

/** Logs a thousand events a second, of so many bytes that no socket's buffers hold them for long. */
class Source {
  count = 0;
  readonly #events: EventLog;
  #timer: NodeJS.Timeout | undefined;

  constructor(events: EventLog) {
    this.#events = events;
  }

  start(): void {
    const startedAt = performance.now();
    let done = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(performance.now() - startedAt) - done;
      log(this.#events, due, text);
      done += due;
      this.count += due;
    }, 10);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async until(count: number): Promise<void> {
    while (this.count < count) await setTimeout(10);
  }
}

const text = 'x'.repeat(16_384);

t.test('a reader who stalls loses events and knows how many; no invocation waits for him', async (t) => {
  const { ask, events, feed, service } = await serveControl(t, { ...full, log: { events: 500 } });
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 60_000 });
  const medianOfInvokes = async (count: number): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      const { status } = await ask('POST', '/2015-03-31/functions/f/invocations', {});
      if (status === 200) times.push(performance.now() - startedAt);
    }
    t.equal(times.length, count);
    return median(times);
  };
  const source = new Source(events);
  t.teardown(() => source.stop());
  await medianOfInvokes(20);

  const times = { without: [] as number[], with: [] as number[] };
  // Turn and turn about: what else the machine does is in both.
  for (let round = 0; round < 5; round++) {
    source.start();
    times.without.push(await medianOfInvokes(20));
    const stalled = feed('/v1/feed');
    await stalled.opened;
    stalled.socket.pause();
    times.with.push(await medianOfInvokes(20));
    source.stop();
    stalled.socket.terminate();
  }
  const [without, withOne] = [median(times.without), median(times.with)];
  t.ok(
    withOne < 2 * without + 20,
    `an invocation took ${without.toFixed(1)} ms, and ${withOne.toFixed(1)} ms with one`,
  );

  const first = events.next;
  const stalled = feed(`/v1/feed?from=${first}`);
  await stalled.opened;
  // What a socket's buffers hold is not lost; how much that is, the system decides.
  for (let count = 1_500; stalled.lost === 0; count *= 2) {
    stalled.socket.pause();
    source.start();
    await source.until(source.count + count);
    source.stop();
    stalled.socket.resume();
    const last = events.next - 1;
    await stalled.until((one) => (one.events.at(-1)?.seq ?? 0) >= last);
  }
  const seqs = stalled.events.map(({ seq }) => seq);
  t.ok(stalled.lost > 0, `${stalled.lost} were lost`);
  t.equal(first + seqs.length + stalled.lost, seqs.at(-1)! + 1, 'each was told, or counted');
  t.same(
    seqs,
    [...seqs].sort((a, b) => a - b),
  );
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
