import t, { type Test } from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import type { HttpHandler } from '../host.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';
import { echoRuntime } from '../testing/echo-runtime.ts';
import { memoryFunctions } from '../testing/memory-functions.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import type { FunctionSettings } from './function-settings.ts';
import { createLocalSandbox } from './local-sandbox.ts';

const api = '/2018-06-01/runtime';

/** Answers with the variable COLOUR; of an event `"wait"`, once `go` was called. */
function colours() {
  const waiting: (() => void)[] = [];
  const heard: (() => void)[] = [];
  const program = async (context: MemoryContext): Promise<void> => {
    for (;;) {
      const { headers, text } = await context.fetch(`${api}/invocation/next`);
      if (text === '"wait"') {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          for (const tell of heard.splice(0)) tell();
        });
      }
      const path = `${api}/invocation/${headers['lambda-runtime-aws-request-id']}/response`;
      await context.fetch(path, { method: 'POST', body: JSON.stringify(context.environment.COLOUR ?? 'none') });
    }
  };
  return {
    program,
    /** Resolves when so many invocations wait. */
    async waits(count: number): Promise<void> {
      while (waiting.length < count) await new Promise<void>((resolve) => heard.push(resolve));
    },
    go: () => waiting.shift()?.(),
  };
}

/** Streams what it is told to, and fails behind it when that is asked for. */
async function streams(context: MemoryContext): Promise<void> {
  for (;;) {
    const { headers, text } = await context.fetch(`${api}/invocation/next`);
    const { chunks, fails } = JSON.parse(text);
    const trailers = {
      'Lambda-Runtime-Function-Error-Type': 'Broken',
      'Lambda-Runtime-Function-Error-Body': Buffer.from('{"errorType":"Broken"}').toString('base64'),
    };
    await context.fetch(`${api}/invocation/${headers['lambda-runtime-aws-request-id']}/response`, {
      method: 'POST',
      headers: { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Content-Type': 'text/x-pieces' },
      chunks: (function* () {
        for (const chunk of chunks) {
          context.writeStdout(`sent ${chunk}\n`);
          yield chunk;
        }
      })(),
      ...(fails ? { trailers } : {}),
    });
  }
}

function open(t: Test, settings: Partial<FunctionSettings> = {}, sandbox: Partial<SandboxOptions> = {}) {
  const colour = colours();
  const { resolve, memory } = memoryFunctions(
    {
      echo: echoRuntime(),
      broken: echoRuntime('exit'),
      colours: colour.program,
      streams,
      silent: ({ ended }) => ended,
    },
    { sandbox },
  );
  const local = createLocalSandbox({
    settings: { runtime: 'echo', functionName: 'orders', timeoutMs: 30_000, ...settings },
    resolve,
  });
  const events: LifecycleEvent[] = [];
  local.subscribe((event) => events.push(event));
  t.teardown(() => local.close());
  return { local, colour, events, memory, types: () => events.map(({ type }) => type) };
}

t.test('an invocation by a value and by bytes', async (t) => {
  const { local } = open(t);
  t.strictSame(await local.invoke({ a: 1 }, { requestId: 'r-1' }), {
    requestId: 'r-1',
    payload: '{"a":1}',
    bytes: encodeText('{"a":1}'),
    functionError: undefined,
    logTail: undefined,
    report: undefined,
  });
  t.equal((await local.invoke(encodeText('[ 2 ]'))).payload, '[2]');
  t.equal((await local.invoke()).payload, '{}');
  const failed = await local.invoke({ do: 'throw' });
  t.match(failed, { functionError: 'Unhandled', payload: /"errorMessage":"thrown"/ });
  await t.rejects(local.invoke(1n), TypeError, 'what is no JSON is told to the caller');
});

t.test('log tail and report, when asked for', async (t) => {
  const { local } = open(t);
  const { logTail, report } = await local.invoke({ do: 'write', text: 'said\n' }, { tail: true, report: true });
  t.match(logTail, /^START .*\nsaid\nEND .*\nREPORT .*\t\n$/);
  t.match(report, { status: 'success', memorySizeMb: 128, initDurationMs: Number, durationMs: Number });
  t.match((await local.invoke({ do: 'exit' }, { report: true })).report, {
    status: 'error',
    errorType: 'Runtime.ExitError',
  });
});

t.test('a streamed answer comes in its pieces', async (t) => {
  const { local } = open(t, { runtime: 'streams' });
  const stream = local.invokeWithStream({ chunks: ['one', 'two', 'three'] }, { tail: true });
  t.equal(await stream.contentType, 'text/x-pieces');
  const pieces: string[] = [];
  for await (const chunk of stream) pieces.push(decodeText(chunk));
  t.strictSame(pieces, ['one', 'two', 'three']);
  t.match(await stream.result, { requestId: stream.requestId, payload: '', functionError: undefined });
  t.match((await stream.result).logTail, /sent three/);
});

t.test('the function is held back until its pieces are read', async (t) => {
  const { local, events } = open(t, { runtime: 'streams' });
  const written = () => events.filter(({ type }) => type === 'log').length;
  const stream = local.invokeWithStream({ chunks: ['one', 'two', 'three', 'four'] });
  await stream.contentType;
  const iterator = stream[Symbol.asyncIterator]();
  t.equal(decodeText((await iterator.next()).value!), 'one');
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(written(), 2, 'one is taken, and one waits');
  t.equal(decodeText((await iterator.next()).value!), 'two');
  t.equal(decodeText((await iterator.next()).value!), 'three');
  await iterator.return?.();
  t.match(await stream.result, { functionError: undefined }, 'who leaves does not keep the function from its end');
  t.equal(written(), 4);
});

t.test('a stream that fails ends, and its result says why', async (t) => {
  const { local } = open(t, { runtime: 'streams' });
  const stream = local.invokeWithStream({ chunks: ['one'], fails: true });
  const pieces: string[] = [];
  for await (const chunk of stream) pieces.push(decodeText(chunk));
  t.strictSame(pieces, ['one']);
  t.match(await stream.result, { functionError: 'Unhandled', payload: '{"errorType":"Broken"}' });
});

t.test('an answer that is not streamed is one piece, and an error none', async (t) => {
  const { local } = open(t);
  const stream = local.invokeWithStream({ a: 1 });
  t.equal(await stream.contentType, undefined);
  const pieces: string[] = [];
  for await (const chunk of stream) pieces.push(decodeText(chunk));
  t.strictSame(pieces, ['{"a":1}']);

  const failing = local.invokeWithStream({ do: 'throw' });
  for await (const chunk of failing) t.fail(decodeText(chunk));
  t.match(await failing.result, { functionError: 'Unhandled' });
});

t.test('a stream that cannot begin throws into the iteration', async (t) => {
  const { local } = open(t);
  await local.close();
  const stream = local.invokeWithStream({});
  const read = async () => {
    for await (const chunk of stream) t.fail(decodeText(chunk));
  };
  await t.rejects(read(), { code: 'ERR_SANDBOX_CLOSED' });
  await t.rejects(stream.result, { code: 'ERR_SANDBOX_CLOSED' });
});

t.test('warm', async (t) => {
  const good = open(t);
  t.equal(good.local.isReady, false);
  t.equal(await good.local.warm(), true);
  t.equal(good.local.isReady, true);
  t.equal(await good.local.warm(), true, 'again');
  t.equal(good.types().filter((type) => type === 'environment-starting').length, 1);

  t.equal(await open(t, { runtime: 'broken' }).local.warm(), false, 'a runtime that ends');

  const closed = open(t, { runtime: 'silent' });
  const warming = closed.local.warm();
  await closed.local.close();
  t.equal(await warming, false, 'closed meanwhile');
  t.equal(await closed.local.warm(), false, 'closed before');

  const twice = open(t).local;
  t.same(await Promise.all([twice.warm(), twice.warm()]), [true, true], 'both wait');
  const invoked = open(t).local;
  const invoking = invoked.invoke();
  t.equal(await invoked.warm(), true, 'beside an invocation');
  await invoking;

  const updated = open(t).local;
  const starting = new Promise<void>((resolve) => {
    updated.subscribe(({ type }) => type === 'environment-starting' && resolve());
  });
  const early = updated.warm();
  await starting;
  await updated.update();
  t.equal(await early, false, 'updated meanwhile');
  t.equal(await updated.warm(), true, 'with what it was updated to');

  const taken = await good.memory.http.listen({ address: '127.0.0.1', port: 7, source: 'test' }, () => undefined);
  const runtimeApi = { kind: 'own', address: '127.0.0.1', port: 7, source: 'test' } as const;
  const without = open(t, {}, { host: good.memory.host, launcher: good.memory.launcher, runtimeApi });
  t.equal(await without.local.warm(), false, 'no listener');
  await taken.close();
});

t.test('every reader has the events from its beginning to the end', async (t) => {
  const { local } = open(t);
  const gather = async () => {
    const types: string[] = [];
    for await (const { type } of local.events) types.push(type);
    return types;
  };
  const first = gather();
  await local.invoke(1);
  const second = gather();
  await local.invoke(2);
  await local[Symbol.asyncDispose]();
  const all = await first;
  t.equal(all[0], 'invocation-received');
  t.equal(all.at(-1), 'environment-stopped');
  t.equal(all.filter((type) => type === 'invocation-completed').length, 2);
  t.equal((await second).filter((type) => type === 'invocation-completed').length, 1);
  t.strictSame(await gather(), [], 'and nothing behind it');
});

t.test('new settings are for what is not under way', async (t) => {
  const { local, colour } = open(t, { runtime: 'colours', environment: { COLOUR: 'red' } });
  const before = local.config;
  const underWay = local.invoke('wait');
  await colour.waits(1);
  const waiting = local.invoke();
  await local.update({ environment: { COLOUR: 'blue' }, timeoutMs: 20_000 });
  t.equal((await waiting).payload, '"blue"', 'it does not wait for the old environment either');
  t.equal((await local.invoke()).payload, '"blue"');
  colour.go();
  t.equal((await underWay).payload, '"red"');
  t.match(local.config, { timeoutMs: 20_000, environment: { COLOUR: 'blue' }, functionName: 'orders' });
  t.match(local.settings, { runtime: 'colours', timeoutMs: 20_000 });
  t.equal(before.environment.COLOUR, 'red');
});

t.test('new code is loaded by new environments', async (t) => {
  const { local, types, events } = open(t);
  await local.invoke(1);
  const stopped = new Promise<void>((resolve) => {
    local.subscribe(({ type }) => type === 'environment-stopped' && resolve());
  });
  await local.update();
  await stopped;
  t.equal(await local.warm(), true);
  await local.invoke(2);
  t.equal(types().filter((type) => type === 'environment-starting').length, 2);
  t.match(
    events.find(({ type }) => type === 'environment-stopped'),
    { reason: { kind: 'shutdown' } },
  );
});

t.test('an environment that is being started serves what it was started for, and ends', async (t) => {
  const { local, memory } = open(t, { runtime: 'colours', environment: { COLOUR: 'red' }, concurrency: 2 });
  const first = local.invoke();
  await local.update({ environment: { COLOUR: 'blue' } });
  t.equal((await first).payload, '"red"');
  t.equal((await local.invoke()).payload, '"blue"');
  while (memory.http.ports.length > 1) await new Promise((resolve) => setImmediate(resolve));
  t.equal(memory.http.ports.length, 1, 'the Runtime API of the first is closed');
});

t.test('settings that cannot be are told, and change nothing', async (t) => {
  const { local } = open(t, { runtime: 'colours', environment: { COLOUR: 'red' } });
  await t.rejects(local.update({ timeoutMs: -1 }), { code: 'ERR_INVALID_NUMBER' });
  await t.rejects(local.update({ runtime: 'cobol' }), /no runtime cobol/);
  t.match(local.settings, { runtime: 'colours', timeoutMs: 30_000 });
  t.equal((await local.invoke()).payload, '"red"');
  await local.close();
  await t.rejects(local.update({}), { code: 'ERR_SANDBOX_CLOSED' });
});

t.test('a Runtime API port that was asked for is handed on', async (t) => {
  const runtimeApi = { kind: 'own', address: '127.0.0.1', port: 7_001, source: 'test' } as const;
  const { local, colour, memory } = open(t, { runtime: 'colours', environment: { COLOUR: 'red' } }, { runtimeApi });
  const underWay = local.invoke('wait');
  await colour.waits(1);
  await local.update({ environment: { COLOUR: 'blue' } });
  const next = local.invoke();
  colour.go();
  t.equal((await underWay).payload, '"red"');
  t.equal((await next).payload, '"blue"');
  t.strictSame(memory.http.ports, [7_001]);
});

t.test('stop lets what is under way and what waits end', async (t) => {
  const { local, colour } = open(t, { runtime: 'colours' });
  const underWay = local.invoke('wait');
  await colour.waits(1);
  const waiting = local.invoke();
  const stopping = local.stop();
  t.equal(local.isClosed, true);
  await t.rejects(local.invoke(), { code: 'ERR_SANDBOX_CLOSED' });
  colour.go();
  t.equal((await underWay).payload, '"none"');
  t.equal((await waiting).payload, '"none"');
  await stopping;
});

t.test('stop waits for an environment of settings of before', async (t) => {
  const { local, colour, types } = open(t, { runtime: 'colours' });
  const underWay = local.invoke('wait');
  await colour.waits(1);
  await local.update({});
  const stopping = local.stop();
  colour.go();
  t.equal((await underWay).payload, '"none"');
  await stopping;
  t.equal(types().at(-1), 'environment-stopped');
});

t.test('its Invoke API, and its URL', async (t) => {
  const { local, memory } = open(t);
  const serve = async (handler: HttpHandler) => {
    const { port } = await memory.http.listen({ address: '127.0.0.1', port: 0, source: 'test' }, handler);
    return (path: string, body: string) => memory.request(`127.0.0.1:${port}`, { method: 'POST', path, body });
  };
  const invoke = await serve(local.handler);
  t.equal((await invoke('/2015-03-31/functions/any/invocations', '{"a":1}')).text, '{"a":1}');
  const url = await serve(local.functionUrl({ urlId: 'shop' }));
  const event = JSON.parse((await url('/basket', 'pears')).text);
  t.match(event, { version: '2.0', rawPath: '/basket', requestContext: { apiId: 'shop' } });
});
