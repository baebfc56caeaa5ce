import t, { type Test } from 'tap';
import { concatBytes, decodeText, encodeText } from '../bytes.ts';
import type { ExtensionPort, Subscription } from '../extensions/extension-port.ts';
import { defineFunction } from '../function/define-function.ts';
import type { TcpConnection } from '../host.ts';
import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { answerLogs } from './logs.ts';
import { answerTelemetry } from './telemetry.ts';
import type { TelemetryApi } from './telemetry-api.ts';

const identifier = '11111111-2222-3333-4444-555555555555';
const unknown = '99999999-2222-3333-4444-555555555555';

/** An environment with one extension, `agent`, and both APIs. */
async function start(t: Test, variables: Record<string, string> = {}) {
  const clock = new ManualClock();
  const { host, tcp, request } = createMemoryHost({ clock });
  const config = defineFunction(
    { handler: 'h', runtime: 'memory', taskRoot: '/task', environment: variables },
    { nowMs: 0, randomId: 'id' },
  );
  const subscriptions: Subscription[] = [];
  const state = { isOpen: true };
  const extensions = {
    nameOf: (asked: string) => (asked === identifier ? 'agent' : undefined),
    get takesSubscriptions() {
      return state.isOpen;
    },
    subscribe: (subscription: Subscription) => void subscriptions.push(subscription),
    subscribedBy: (name: string) => subscriptions.find((one) => one.name === name)?.api,
  } as ExtensionPort;
  const api: TelemetryApi = { extensions, config, host };
  const server = await host.http.listen({ address: '127.0.0.1', port: 0, source: 'test' }, (asked, reply) =>
    (asked.path.startsWith('/logs') ? answerLogs : answerTelemetry)(api, asked, reply),
  );
  t.teardown(() => {
    for (const { close } of subscriptions) close();
  });
  return {
    clock,
    tcp,
    subscriptions,
    state,
    emit: ((event) => {
      for (const { sink } of subscriptions) sink(event);
    }) satisfies LifecycleSink,
    put: async (
      path: string,
      body: unknown,
      headers: Record<string, string> = { 'lambda-extension-identifier': identifier },
    ) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await request(`127.0.0.1:${server.port}`, { method: 'PUT', path, headers, body: text });
      return { status: answer.status, body: JSON.parse(answer.text) };
    },
  };
}

const wanted = (more: object = {}) => ({
  schemaVersion: '2022-12-13',
  types: ['platform', 'function', 'extension'],
  buffering: { timeoutMs: 25 },
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:4243/events' },
  ...more,
});

/** Somebody who takes events at a port by HTTP. */
function record(tcp: { listen(port: number, onConnection: (peer: TcpConnection) => void): unknown }, port = 4243) {
  const heads: string[] = [];
  const batches: { time: string; type: string; record: unknown }[][] = [];
  tcp.listen(port, async (peer) => {
    let bytes = new Uint8Array(0);
    for await (const chunk of peer.chunks()) {
      bytes = Uint8Array.from(concatBytes([bytes, chunk], bytes.length + chunk.length));
      const text = decodeText(bytes);
      const headEnd = text.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (headEnd < 4 || bytes.length < headEnd + length) continue;
      heads.push(text.slice(0, headEnd));
      batches.push(JSON.parse(decodeText(bytes.subarray(headEnd, headEnd + length))));
      bytes = bytes.subarray(headEnd + length);
      await peer.write(encodeText('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    }
  });
  return { heads, batches };
}

const at = Date.UTC(2026, 10, 21);
const time = '2026-11-21T00:00:00.000Z';
const started: LifecycleEvent = {
  type: 'invocation-started',
  environmentId: 'e',
  at,
  requestId: 'r',
  functionVersion: '$LATEST',
  traceId: '',
};
const log = (text: string, extension?: string): LifecycleEvent => ({
  type: 'log',
  environmentId: 'e',
  at,
  stream: 'stdout',
  bytes: encodeText(text),
  ...(extension === undefined ? {} : { extension }),
});

t.test('a subscriber by HTTP', async (t) => {
  const { put, tcp, emit, clock, subscriptions } = await start(t);
  const { heads, batches } = record(tcp);
  t.strictSame(await put('/telemetry', wanted()), { status: 200, body: 'OK' });
  t.match(subscriptions, [{ name: 'agent', api: 'telemetry', types: ['platform', 'function', 'extension'] }]);
  for (const event of [started, log('a\nb\n'), log('{"c":1}\n'), log('ready\n', 'agent')]) emit(event);
  await clock.advance(25);
  await settle();
  t.strictSame(batches, [
    [
      { time, type: 'platform.start', record: { requestId: 'r', version: '$LATEST' } },
      { time, type: 'function', record: 'a' },
      { time, type: 'function', record: 'b' },
      { time, type: 'function', record: '{"c":1}' },
      { time, type: 'extension', record: 'ready' },
    ],
  ]);
  t.match(
    heads[0],
    /^POST \/events HTTP\/1\.1\r\nHost: sandbox\.localdomain:4243\r\nContent-Type: application\/json\r\n/,
  );
});

t.test('only the types that were asked for', async (t) => {
  for (const type of ['platform', 'function', 'extension'] as const) {
    const { put, tcp, emit, clock } = await start(t);
    const { batches } = record(tcp);
    await put('/telemetry', wanted({ types: [type] }));
    for (const event of [started, log('a\n'), log('b\n', 'agent')]) emit(event);
    await clock.advance(25);
    await settle();
    t.strictSame(
      batches.flat().map((event) => event.type.split('.')[0]),
      [type],
    );
  }
});

t.test('a subscriber by TCP: a line an event', async (t) => {
  const { put, tcp, emit, clock } = await start(t);
  let text = '';
  tcp.listen(4243, async (peer) => {
    for await (const chunk of peer.chunks()) text += decodeText(chunk);
  });
  t.equal((await put('/telemetry', wanted({ destination: { protocol: 'TCP', port: 4243 } }))).status, 200);
  emit(log('a\nb\n'));
  await clock.advance(25);
  emit(log('c\n'));
  await clock.advance(25);
  await settle();
  t.equal(text, ['a', 'b', 'c'].map((record) => `${JSON.stringify({ time, type: 'function', record })}\n`).join(''));
});

t.test('a TCP subscriber that was away is connected to again', async (t) => {
  const { put, tcp, emit, clock } = await start(t);
  const peers: TcpConnection[] = [];
  await put('/telemetry', wanted({ destination: { protocol: 'TCP', port: 4243 } }));
  emit(log('a\n'));
  await clock.advance(25);
  let text = '';
  tcp.listen(4243, async (peer) => {
    peers.push(peer);
    for await (const chunk of peer.chunks()) text += decodeText(chunk);
  });
  await clock.advance(2_000);
  await settle();
  t.match(text, '"a"');
  peers[0]?.close();
  await settle();
  emit(log('b\n'));
  await clock.advance(2_000);
  await settle();
  t.equal(peers.length, 2);
  t.match(text, '"b"');
});

t.test('the JSON log format: lines that are objects come as objects, but not in the oldest schema', async (t) => {
  for (const [schemaVersion, record_] of [
    ['2022-07-01', '{"c":1}'],
    ['2022-12-13', { c: 1 }],
    ['2025-01-29', { c: 1 }],
  ] as const) {
    const { put, tcp, emit, clock } = await start(t, { AWS_LAMBDA_LOG_FORMAT: 'JSON' });
    const { batches } = record(tcp);
    await put('/telemetry', wanted({ schemaVersion }));
    emit(log('{"c":1}\n'));
    await clock.advance(25);
    await settle();
    t.strictSame(batches, [[{ time, type: 'function', record: record_ }]], schemaVersion);
  }
});

t.test('the Logs API', async (t) => {
  const { put, tcp, emit, clock, subscriptions } = await start(t, { AWS_LAMBDA_LOG_FORMAT: 'JSON' });
  const { heads, batches } = record(tcp);
  const { schemaVersion: _, ...body } = wanted({
    destination: { protocol: 'HTTP', URI: 'http://sandbox:4243', method: 'PUT', encoding: 'JSON' },
  });
  t.strictSame(await put('/logs', body), { status: 200, body: 'OK' });
  t.equal(subscriptions[0]?.api, 'logs');
  emit(log('{"c":1}\n'));
  emit({ type: 'telemetry-subscribed', environmentId: 'e', at, name: 'agent', api: 'logs', types: ['platform'] });
  await clock.advance(25);
  await settle();
  t.match(heads[0], /^PUT \/ /);
  t.strictSame(batches, [
    [
      { time, type: 'function', record: '{"c":1}' },
      { time, type: 'platform.logsSubscription', record: { name: 'agent', state: 'Subscribed', types: ['platform'] } },
    ],
  ]);
});

t.test('what has no line end is sent at the end of the invocation, and of the environment', async (t) => {
  const { put, tcp, emit, subscriptions } = await start(t);
  const { batches } = record(tcp);
  await put('/telemetry', wanted({ types: ['function'] }));
  emit(log('a'));
  const outcome = { kind: 'success', payload: new Uint8Array(0) } as const;
  const report = {
    durationMs: 1,
    billedDurationMs: 1,
    memorySizeMb: 1,
    maxMemoryUsedMb: 1,
    initDurationMs: undefined,
    status: 'success',
    errorType: undefined,
    failure: undefined,
  } as const;
  emit({ type: 'invocation-completed', environmentId: 'e', at, requestId: 'r', outcome, report });
  emit(log('b'));
  await subscriptions[0]!.flush();
  t.strictSame(
    batches.flat().map((event) => event.record),
    ['a', 'b'],
  );
});

t.test('a request twice is one subscription; another by the other API is refused', async (t) => {
  for (const [path, other, name] of [
    ['/telemetry', '/logs', 'Telemetry API'],
    ['/logs', '/telemetry', 'Logs API'],
  ] as const) {
    const { put, subscriptions } = await start(t);
    const bodies = { '/telemetry': wanted(), '/logs': wanted({ schemaVersion: '2020-08-15' }) };
    t.equal((await put(path, bodies[path])).status, 200);
    t.equal((await put(path, bodies[path])).status, 200);
    t.equal(subscriptions.length, 1);
    t.match(await put(other, bodies[other]), {
      status: 400,
      body: { errorType: /ValidationError$/, errorMessage: `agent has subscribed by the ${name} already` },
    });
    t.equal(subscriptions.length, 1);
  }
});

t.test('who is not an extension', async (t) => {
  const { put } = await start(t);
  for (const path of ['/telemetry', '/logs']) {
    t.match(await put(path, wanted(), {}), {
      status: 403,
      body: { errorType: 'Extension.MissingExtensionIdentifier' },
    });
    t.match(await put(path, wanted(), { 'lambda-extension-identifier': 'x' }), {
      status: 403,
      body: { errorType: 'Extension.InvalidExtensionIdentifier' },
    });
    t.match(await put(path, wanted(), { 'lambda-extension-identifier': unknown }), {
      status: 403,
      body: { errorType: 'Extension.UnknownExtensionIdentifier' },
    });
  }
});

t.test('after initialization', async (t) => {
  const { put, state, subscriptions } = await start(t);
  state.isOpen = false;
  t.match(await put('/telemetry', wanted()), { status: 403, body: { errorType: 'Telemetry.SubscriptionClosed' } });
  t.match(await put('/logs', wanted()), { status: 403, body: { errorType: 'Logs.SubscriptionClosed' } });
  t.strictSame(subscriptions, []);
});

t.test('a request that is wrong', async (t) => {
  const { put } = await start(t);
  t.match(await put('/telemetry', wanted({ schemaVersion: '2020-08-15' })), {
    status: 400,
    body: { errorType: 'ValidationError', errorMessage: /^schemaVersion must be/ },
  });
  t.match(await put('/logs', wanted()), {
    status: 400,
    body: { errorType: 'Logs.ValidationError', errorMessage: /^schemaVersion must be/ },
  });
  t.match(await put('/telemetry', 'x'.repeat(70_000)), { status: 400, body: { errorMessage: /^the body must be/ } });
});

t.test('managed instances have the newest schema, and no Logs API', async (t) => {
  const { put } = await start(t, { AWS_LAMBDA_MAX_CONCURRENCY: '2' });
  t.match(await put('/telemetry', wanted()), {
    status: 400,
    body: { errorMessage: /^schemaVersion must be "2025-01-29"/ },
  });
  t.equal((await put('/telemetry', wanted({ schemaVersion: '2025-01-29' }))).status, 200);
  t.match(await put('/logs', wanted()), { status: 202, body: { errorType: 'Logs.NotSupported' } });
});
