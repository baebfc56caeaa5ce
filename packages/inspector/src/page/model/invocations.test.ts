import t from 'tap';
import { Recording } from '../../testing/recording.ts';
import type { FeedEvent } from './feed-event.ts';
import { parseFilter } from './filter.ts';
import { type Invocation, statusOf } from './invocation.ts';
import { Invocations, mostInvocations } from './invocations.ts';
import { waterfallOf } from './waterfall.ts';

const heard = (events: readonly FeedEvent[]): Invocations => {
  const invocations = new Invocations();
  for (const event of events) invocations.apply(event);
  return invocations;
};

const place = { functionName: 'f', environmentId: 'e1' };
const arrival = (requestId: string, at: number): FeedEvent => ({
  type: 'invocation-received',
  seq: at,
  functionName: 'f',
  at,
  requestId,
  traceId: 'Root=1',
  payload: '{}',
});
const starting = (environmentId: string, at: number): FeedEvent => ({
  type: 'environment-starting',
  seq: at,
  functionName: 'f',
  environmentId,
  at,
  phase: 'init',
});
const ended = (environmentId: string, at: number): FeedEvent => ({
  type: 'init-ended',
  seq: at,
  functionName: 'f',
  environmentId,
  at,
  status: 'success',
  durationMs: 10,
});
const started = (requestId: string, environmentId: string, at: number): FeedEvent => ({
  type: 'invocation-started',
  seq: at,
  functionName: 'f',
  environmentId,
  at,
  requestId,
  traceId: 'Root=1',
});
const wrote = (environmentId: string, at: number, text: string): FeedEvent => ({
  type: 'log',
  seq: at,
  functionName: 'f',
  environmentId,
  at,
  stream: 'stdout',
  text,
});
const texts = (invocation: Invocation | undefined) => invocation?.logs.map(({ text }) => text);

t.test('an invocation grows with what is heard of it', async (t) => {
  const recording = new Recording('orders', 1_000_000);
  const id = recording.invoke({ initMs: 60, logs: ['hello'], durationMs: 4 });
  const invocations = new Invocations();
  const seen: string[] = [];
  for (const event of recording.events) {
    invocations.apply(event);
    const status = statusOf(invocations.get(id)!);
    if (status !== seen.at(-1)) seen.push(status);
  }
  t.same(seen, ['waiting', 'starting', 'running', 'success']);
  t.match(invocations.get(id), { event: { text: '{}' }, inits: [{ startedAt: 1_000_000, status: 'success' }] });
  t.match(texts(invocations.get(id)), [/hello/]);
});

t.test('an initialization belongs to whom its environment takes, whoever seemed to wait for it', async (t) => {
  const invocations = heard([
    arrival('a', 1),
    arrival('b', 2),
    starting('e1', 3),
    starting('e2', 4),
    wrote('e1', 5, 'first environment'),
    wrote('e2', 6, 'second environment'),
    ended('e1', 7),
    started('b', 'e1', 8),
    ended('e2', 9),
    started('a', 'e2', 10),
  ]);
  const [a, b] = [invocations.get('a'), invocations.get('b')];
  t.same(texts(b), ['first environment']);
  t.same(texts(a), ['second environment']);
  t.match(b?.inits, [{ startedAt: 3, endedAt: 7 }]);
  t.match(a?.inits, [{ startedAt: 4, endedAt: 9 }]);
});

t.test('of several in one environment the text says whose it is', async (t) => {
  const invocations = heard([
    arrival('id-a', 1),
    arrival('id-b', 2),
    starting('e1', 3),
    ended('e1', 4),
    started('id-a', 'e1', 5),
    started('id-b', 'e1', 6),
    wrote('e1', 7, 'id-a INFO mine'),
    wrote('e1', 8, 'nameless'),
  ]);
  t.same(texts(invocations.get('id-a')), ['id-a INFO mine']);
  t.same(texts(invocations.get('id-b')), ['nameless'], 'else it is of the one that started last');
});

t.test('what an environment writes late is of who had it last', async (t) => {
  const recording = new Recording('f', 0);
  const id = recording.invoke();
  const invocations = heard([...recording.events, wrote('environment-1', 90, 'in the background')]);
  t.same(texts(invocations.get(id)), ['in the background']);
  t.equal(invocations.get(id)?.completedAt !== undefined, true);
});

t.test('after a loss it is not said that anything still runs', async (t) => {
  const invocations = heard([arrival('a', 1), starting('e1', 2), started('a', 'e1', 3)]);
  invocations.addLost(5);
  t.equal(statusOf(invocations.get('a')!), 'unknown');
  t.equal(invocations.lost, 5);
  invocations.apply({ type: 'invocation-responding', seq: 9, at: 9, requestId: 'a', ...place });
  t.equal(statusOf(invocations.get('a')!), 'running', 'it was heard of again');
});

t.test('the oldest are forgotten', async (t) => {
  const recording = new Recording('f', 0);
  for (let count = 0; count <= mostInvocations; count++) recording.invoke();
  const invocations = heard(recording.events);
  t.ok(invocations.list.length <= mostInvocations);
  t.equal(invocations.count, mostInvocations + 1);
  t.equal(invocations.list.at(-1)?.number, mostInvocations + 1);
});

const bars = (invocation: Invocation | undefined, now = 0, timeoutMs?: number) => {
  if (invocation === undefined) throw new Error('there is none');
  const { bars, totalMs, deadline } = waterfallOf(invocation, now, timeoutMs);
  return {
    bars: bars.map(({ label, from, durationMs, state }) => [label, from, Math.round(durationMs * 10) / 10, state]),
    totalMs: Math.round(totalMs),
    deadline,
  };
};

t.test('a waterfall has what took time, one after the other', async (t) => {
  const recording = new Recording('f', 1_000);
  const cold = recording.invoke({ initMs: 100, extensions: ['agent'], durationMs: 20 });
  const warm = recording.invoke({ durationMs: 5 });
  const invocations = heard(recording.events);
  t.same(bars(invocations.get(cold), 0, 3000), {
    bars: [
      ['Init', 0, 100, 'done'],
      ['runtime', 0, 100, 'done'],
      ['agent', 0, 40, 'done'],
      ['Handler', 100, 19.6, 'done'],
      ['Response', 119.6, 0.2, 'done'],
      ['Runtime overhead', 119.8, 0.2, 'done'],
      ['Extensions', 120, 1.2, 'done'],
    ],
    totalMs: 121,
    deadline: undefined,
  });
  t.match(bars(invocations.get(warm)), { bars: [['Handler'], ['Response'], ['Runtime overhead']], totalMs: 5 });
});

t.test('a waterfall grows while the invocation runs, and shows the limit that it met', async (t) => {
  const recording = new Recording('f', 1_000);
  const slow = recording.invoke({ initMs: 100, durationMs: 3000, outcome: { kind: 'timeout' } });
  const running = recording.invoke({ isRunning: true });
  const invocations = heard(recording.events);
  t.same(bars(invocations.get(slow), 0, 3000), {
    bars: [
      ['Init', 0, 100, 'done'],
      ['Handler', 100, 3000, 'failed'],
    ],
    totalMs: 3100,
    deadline: 3100,
  });
  const { startedAt = 0 } = invocations.get(running)!;
  t.same(bars(invocations.get(running), startedAt + 700), {
    bars: [['Handler', 0, 700, 'under way']],
    totalMs: 700,
    deadline: undefined,
  });
});

t.test('who waits for an environment is shown to wait', async (t) => {
  const invocations = heard([arrival('a', 100), starting('e1', 150), ended('e1', 160), started('a', 'e1', 160)]);
  t.match(bars(invocations.get('a'), 190).bars, [
    ['Waiting', 0, 50, 'done'],
    ['Init', 50, 10, 'done'],
    ['Handler', 60, 30, 'under way'],
  ]);
});

t.test('an environment that was ready long before is no part of the picture', async (t) => {
  const invocations = heard([starting('e1', 100), ended('e1', 150), arrival('a', 9_000), started('a', 'e1', 9_000)]);
  t.same(bars(invocations.get('a'), 9_010).bars, [['Handler', 0, 10, 'under way']]);
});

t.test('a filter asks for words, states and durations', async (t) => {
  const recording = new Recording('f', 0);
  recording.invoke({ payload: '{"item":"Tea"}', initMs: 9, durationMs: 40, logs: ['brewed'] });
  recording.invoke({
    payload: '{"item":"milk"}',
    durationMs: 4,
    outcome: { kind: 'exit', errorType: 'Runtime.ExitError' },
  });
  recording.invoke({ payload: '{"item":"cake"}', isRunning: true });
  const { list } = heard(recording.events);
  const found = (text: string) => list.filter(parseFilter(text)).map(({ number }) => number);
  t.same(found(''), [1, 2, 3]);
  t.same(found('TEA'), [1]);
  t.same(found('brewed item'), [1], 'every word, in whatever part');
  t.same(found('exiterror'), [2]);
  t.same(found('is:error'), [2]);
  t.same(found('is:running'), [3]);
  t.same(found('is:cold'), [1]);
  t.same(found('>10ms is:ok'), [1]);
  t.same(found('<0.01s'), [2]);
});
