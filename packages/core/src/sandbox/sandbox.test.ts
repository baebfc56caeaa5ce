import t, { type Test } from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { frameKinds } from '../frames/codec.ts';
import { defineFunction, type FunctionInput } from '../function/define-function.ts';
import type { InvocationInput } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import { createInvokeApi } from '../invoke-api/invoke-api.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { limits } from '../protocol/limits.ts';
import type { LaunchPlan, RuntimeDefinition } from '../runtime-definition.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { MemoryRequest, MemoryResponse } from '../testing/memory-http.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

interface PuppetOptions extends Pick<SandboxOptions, 'concurrency' | 'queueLimit'> {
  readonly config?: Partial<FunctionInput>;
  readonly plan?: Partial<LaunchPlan>;
  readonly runtime?: Partial<RuntimeDefinition>;
}

/** A sandbox whose runtimes do what the test tells them, on a clock that stands still. */
function puppets(t: Test, options: PuppetOptions = {}) {
  const clock = new ManualClock();
  const memory = createMemoryHost({ clock });
  const waiting: ((puppet: Puppet) => void)[] = [];
  const ready: Puppet[] = [];
  const definition = memory.runtime(
    'puppet',
    async (context) => {
      const puppet = new Puppet(context);
      const taker = waiting.shift();
      if (taker) taker(puppet);
      else ready.push(puppet);
      await context.ended;
    },
    options.plan,
  );
  const config = defineFunction(
    { handler: 'h', runtime: 'puppet', taskRoot: '/task', ...options.config },
    { nowMs: clock.now(), randomId: memory.host.randomId() },
  );
  const sandbox = createSandbox({
    ...options,
    host: memory.host,
    launcher: memory.launcher,
    config,
    runtime: { ...definition, ...options.runtime },
  });
  const events: LifecycleEvent[] = [];
  sandbox.subscribe((event) => events.push(event));
  t.teardown(() => sandbox.close());
  return {
    clock,
    memory,
    sandbox,
    events,
    /** The next runtime that starts. */
    started: (): Promise<Puppet> => {
      const puppet = ready.shift();
      return puppet ? Promise.resolve(puppet) : new Promise((resolve) => waiting.push(resolve));
    },
    invoke: (payload: string, more: Partial<InvocationInput> = {}): Promise<Outcome> =>
      sandbox.invoke({ payload: encodeText(payload), ...more }),
    types: (): string[] => events.map(({ type }) => type),
  };
}

/** A runtime's client of the Runtime API. */
class Puppet {
  readonly context: MemoryContext;

  constructor(context: MemoryContext) {
    this.context = context;
  }

  next(request: Partial<MemoryRequest> = {}): Promise<MemoryResponse> {
    return this.context.fetch('/2018-06-01/runtime/invocation/next', request);
  }

  answer(requestId: string, body: string, request: Partial<MemoryRequest> = {}): Promise<MemoryResponse> {
    return this.#post(`/2018-06-01/runtime/invocation/${requestId}/response`, body, request);
  }

  error(requestId: string, body: string, request: Partial<MemoryRequest> = {}): Promise<MemoryResponse> {
    return this.#post(`/2018-06-01/runtime/invocation/${requestId}/error`, body, request);
  }

  initError(body: string, request: Partial<MemoryRequest> = {}): Promise<MemoryResponse> {
    return this.#post('/2018-06-01/runtime/init/error', body, request);
  }

  /** Takes one invocation, answers it and gives its id. The next is asked for separately. */
  async serve(body: string): Promise<string> {
    const requestId = idOf(await this.next());
    await this.answer(requestId, body);
    return requestId;
  }

  #post(path: string, body: string, request: Partial<MemoryRequest>): Promise<MemoryResponse> {
    return this.context.fetch(path, { method: 'POST', body, ...request });
  }
}

const idOf = (response: MemoryResponse): string => response.headers['lambda-runtime-aws-request-id'] ?? '';

/** An outcome with its payload as text, for comparison. */
const readable = (outcome: Outcome) =>
  'payload' in outcome ? { ...outcome, payload: decodeText(outcome.payload) } : outcome;

const refusal = (errorType: string, errorMessage: string) => JSON.stringify({ errorMessage, errorType });
const wrongId = refusal('InvalidRequestID', 'Invalid request ID');
const wrongState = (from: string, to: string): string =>
  refusal(
    'InvalidStateTransition',
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  );

t.test('an invocation goes to the runtime and its answer to the caller', async (t) => {
  const { started, invoke } = puppets(t);
  const outcome = invoke('{"a":1}');
  const puppet = await started();
  const delivered = await puppet.next();
  t.match(delivered, { status: 200, text: '{"a":1}', headers: { 'content-type': 'application/json' } });
  const accepted = await puppet.answer(idOf(delivered), '"done"');
  t.match(accepted, { status: 202, text: '{"status":"OK"}\n', headers: { 'content-type': 'application/json' } });
  void puppet.next();
  t.strictSame(readable(await outcome), { kind: 'success', payload: '"done"' });
});

t.test('what the caller gives of the context reaches the headers of /next', async (t) => {
  const { started, invoke, clock } = puppets(t, { config: { timeoutMs: 5_000, functionName: 'orders' } });
  const first = invoke('1', {
    requestId: 'r-1',
    traceId: 'Root=1-2-3;Parent=4;Sampled=1',
    clientContext: '{\n "custom": { "name": "Zoë 🎈" }\r\n}',
    cognitoIdentity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    tenantId: 'blue',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders:live',
  });
  const puppet = await started();
  const { headers } = await puppet.next();
  t.match(headers, {
    'lambda-runtime-aws-request-id': 'r-1',
    'lambda-runtime-deadline-ms': String(clock.now() + 5_000),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:orders:live',
    'lambda-runtime-trace-id': 'Root=1-2-3;Parent=4;Sampled=1',
    'lambda-runtime-cognito-identity': '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    'lambda-runtime-aws-tenant-id': 'blue',
  });
  t.strictSame(JSON.parse(headers['lambda-runtime-client-context'] ?? ''), { custom: { name: 'Zoë 🎈' } });
  await puppet.answer('r-1', '1');

  t.test('and what is not given is not there', async (t) => {
    const second = invoke('2');
    const plain = (await puppet.next()).headers;
    t.match(plain['lambda-runtime-trace-id'], /^Root=1-/);
    t.equal(plain['lambda-runtime-invoked-function-arn'], 'arn:aws:lambda:us-east-1:123456789012:function:orders');
    for (const name of ['client-context', 'cognito-identity', 'aws-tenant-id']) {
      t.notOk(`lambda-runtime-${name}` in plain, name);
    }
    await puppet.answer(idOf({ headers: plain } as MemoryResponse), '2');
    void puppet.next();
    await Promise.all([first, second]);
  });
});

t.test('the states of the Runtime API', async (t) => {
  t.test('no answer before next', async (t) => {
    const { started, invoke } = puppets(t);
    const outcome = invoke('1', { requestId: 'one' });
    const puppet = await started();
    t.match(await puppet.answer('one', '1'), { status: 403, text: wrongState('Started', 'InvocationResponse') });
    t.match(await puppet.error('one', '1'), { status: 403, text: wrongState('Started', 'InvocationErrorResponse') });
    t.match(await puppet.answer('other', '1'), { status: 400, text: wrongId });
    t.equal(await puppet.serve('"fine"'), 'one');
    void puppet.next();
    t.match(readable(await outcome), { payload: '"fine"' }, 'and nothing is broken by it');
  });

  const kinds = ['answer', 'error'] as const;
  for (const first of kinds) {
    for (const second of kinds) {
      t.test(`${second} after ${first}`, async (t) => {
        const { started, invoke } = puppets(t);
        const outcome = invoke('1');
        const puppet = await started();
        const requestId = idOf(await puppet.next());
        t.equal((await puppet[first](requestId, '"first"')).status, 202);
        const refused = await puppet[second](requestId, '"second"');
        const to = second === 'answer' ? 'InvocationResponse' : 'InvocationErrorResponse';
        t.match(refused, { status: 403, text: wrongState('ResponseSent', to) });
        void puppet.next();
        t.match(readable(await outcome), { payload: '"first"' }, 'the first stands');
        t.equal((await puppet[second](requestId, '"late"')).status, 403);
      });
    }
  }

  t.test('while an answer is under way there is no other', async (t) => {
    const { started, invoke } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    const requestId = idOf(await puppet.next());
    let finish = (): void => undefined;
    const chunks = async function* () {
      yield '"half';
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      yield ' and half"';
    };
    const slow = puppet.answer(requestId, '', { chunks: chunks() });
    await settle();
    const refused = await puppet.answer(requestId, '"other"');
    t.match(refused, { status: 403, text: wrongState('InvocationResponse', 'InvocationResponse') });
    const early = puppet.next();
    finish();
    t.equal((await slow).status, 202);
    t.match(readable(await outcome), { payload: '"half and half"' }, 'a next that came early counts when it is whole');
    const second = invoke('2');
    t.equal((await early).text, '2', 'and takes the following invocation');
    await puppet.answer(idOf(await early), '2');
    void puppet.next();
    await second;
  });

  t.test('a wrong id, and that of the invocation before', async (t) => {
    const { started, invoke } = puppets(t);
    const first = invoke('1', { requestId: 'one' });
    const puppet = await started();
    await puppet.serve('1');
    const second = invoke('2', { requestId: 'two' });
    t.equal(idOf(await puppet.next()), 'two');
    await first;
    for (const id of ['one', 'nobody', 'two%20']) {
      t.match(await puppet.answer(id, '1'), { status: 400, text: wrongId }, id);
      t.match(await puppet.error(id, '1'), { status: 400, text: wrongId }, id);
    }
    t.equal((await puppet.answer('two', '2')).status, 202);
    void puppet.next();
    t.match(readable(await second), { payload: '2' });
  });

  t.test('init/error before next, and not after', async (t) => {
    const { started, invoke, clock } = puppets(t);
    const failed = invoke('1');
    const one = await started();
    const error = '{"errorType":"Some.Error","errorMessage":"no module"}';
    t.match(await one.initError(error), { status: 202, text: '{"status":"OK"}\n' });
    t.equal((await one.initError(error)).status, 403, 'once');
    one.context.exit(1);
    t.strictSame(readable(await failed), { kind: 'init-error', errorType: 'Some.Error', payload: error });

    const second = invoke('2');
    const two = await started();
    const requestId = idOf(await two.next());
    t.match(await two.initError(error), { status: 403, text: wrongState('Running', 'InitError') });
    await two.answer(requestId, '2');
    void two.next();
    t.match(readable(await second), { payload: '2' });
    two.context.exit(0);
    await settle();

    const lingering = invoke('3');
    const three = await started();
    await three.initError('', { headers: { 'Lambda-Runtime-Function-Error-Type': 'Header.Type' } });
    await clock.advance(limits.killGraceMs - 1);
    t.equal(three.context.killed.aborted, false, 'it has a moment for its last words');
    await clock.advance(1);
    t.equal(three.context.killed.aborted, true);
    t.match(readable(await lingering), { kind: 'init-error', errorType: 'Header.Type', payload: /Header\.Type/ });
  });

  t.test('response modes', async (t) => {
    const { started, invoke } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    const requestId = idOf(await puppet.next());
    const mode = (value: string) => ({ headers: { 'Lambda-Runtime-Function-Response-Mode': value } });
    for (const value of ['buffered', '', 'streaming, streaming']) {
      const refused = await puppet.answer(requestId, '1', mode(value));
      t.match(refused, { status: 400, text: /"errorType":"InvalidFunctionResponseMode"/ }, `"${value}"`);
    }
    t.equal((await puppet.answer(requestId, '"streamed"', mode('Streaming'))).status, 202);
    void puppet.next();
    t.match(readable(await outcome), { payload: '"streamed"' });
  });
});

t.test('sizes', async (t) => {
  for (const kind of ['answer', 'error'] as const) {
    t.test(`an ${kind} that is too large`, async (t) => {
      const { started, invoke } = puppets(t);
      const outcome = invoke('1');
      const puppet = await started();
      const requestId = idOf(await puppet.next());
      const chunks = [new Uint8Array(limits.responseBytes), new Uint8Array(1)];
      t.match(await puppet[kind](requestId, '', { chunks }), {
        status: 413,
        text: refusal('RequestEntityTooLarge', 'Exceeded maximum allowed payload size (6291556 bytes).'),
      });
      void puppet.next();
      const errorMessage =
        'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).';
      t.strictSame(readable(await outcome), {
        kind: 'function-error',
        errorType: 'Function.ResponseSizeTooLarge',
        payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }),
      });
    });
  }

  t.test('an answer that just fits', async (t) => {
    const { started, invoke } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    const requestId = idOf(await puppet.next());
    t.equal((await puppet.answer(requestId, '', { chunks: [new Uint8Array(limits.responseBytes)] })).status, 202);
    void puppet.next();
    const done = await outcome;
    t.equal(done.kind === 'success' && done.payload.length, limits.responseBytes);
  });
});

t.test('answers that are streamed', async (t) => {
  const streaming = { headers: { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Content-Type': 'text/x' } };
  const failing = {
    'Lambda-Runtime-Function-Error-Type': 'Late.Error',
    'Lambda-Runtime-Function-Error-Body': Buffer.from('{"errorType":"Late.Error"}').toString('base64'),
  };
  /** Answers one invocation in pieces. */
  const answerWith = async (t: Test, request: Partial<MemoryRequest>, input: Partial<InvocationInput> = {}) => {
    const { started, invoke, clock } = puppets(t);
    const outcome = invoke('1', input);
    const puppet = await started();
    const requestId = idOf(await puppet.next());
    const sent = await puppet.answer(requestId, '', { ...streaming, ...request }).catch((error: Error) => error);
    void puppet.next();
    // A break is the answer only when no end of the runtime explains it.
    await clock.advance(limits.brokenReplyMs);
    return { outcome: readable(await outcome), sent };
  };

  t.test('gathered, when nobody takes the pieces', async (t) => {
    const { outcome } = await answerWith(t, { chunks: ['"one ', 'two"'] });
    t.strictSame(outcome, { kind: 'success', payload: '"one two"' });
  });

  t.test('passed on piece by piece, at the pace of the taker', async (t) => {
    const seen: string[] = [];
    const sink = {
      begin: ({ contentType }: { contentType: string | undefined }) => void seen.push(`begin ${contentType}`),
      write: async (chunk: Uint8Array) => {
        seen.push(`taking ${decodeText(chunk)}`);
        await settle();
        seen.push('taken');
      },
    };
    const chunks = function* () {
      for (const chunk of ['a', 'b']) {
        seen.push(`made ${chunk}`);
        yield chunk;
      }
    };
    const { outcome } = await answerWith(t, { chunks: chunks() }, { sink });
    t.strictSame(seen, ['begin text/x', 'made a', 'taking a', 'taken', 'made b', 'taking b', 'taken']);
    t.strictSame(outcome, { kind: 'success', payload: '' });
  });

  t.test('an error after the first byte comes in trailers', async (t) => {
    const { outcome } = await answerWith(t, { chunks: ['half'], trailers: failing });
    t.strictSame(outcome, { kind: 'function-error', errorType: 'Late.Error', payload: '{"errorType":"Late.Error"}' });
    const bare = await answerWith(t, { chunks: ['half'], trailers: { 'lambda-runtime-function-error-type': 'Bare' } });
    t.strictSame(bare.outcome, { kind: 'function-error', errorType: 'Bare', payload: '{"errorType":"Bare"}' });
    const empty = { 'Lambda-Runtime-Function-Error-Type': '', 'Lambda-Runtime-Function-Error-Body': '' };
    t.match((await answerWith(t, { chunks: ['1'], trailers: empty })).outcome, { kind: 'success', payload: '1' });
  });

  for (const [name, sink] of [
    ['gathered', undefined],
    ['passed on', { begin: () => undefined, write: () => Promise.resolve() }],
  ] as const) {
    t.test(`an answer that breaks off, ${name}`, async (t) => {
      const chunks = function* () {
        yield '"half';
        throw new Error('the client died');
      };
      const { outcome, sent } = await answerWith(t, { chunks: chunks() }, { sink });
      t.ok(sent instanceof Error);
      t.match(outcome, { kind: 'function-error', errorType: 'Runtime.TruncatedResponse' });
    });
  }
});

t.test('routes and peers', async (t) => {
  const { started, invoke, memory } = puppets(t);
  const outcome = invoke('1');
  const puppet = await started();
  const authority = puppet.context.environment.AWS_LAMBDA_RUNTIME_API ?? '';
  const ask = (method: string, path: string, peer = '127.0.0.1') => memory.request(authority, { method, path, peer });
  const next = '/2018-06-01/runtime/invocation/next';

  t.match(await ask('GET', '/2018-06-01/ping'), { status: 200, text: 'pong' });
  t.match(await ask('GET', '/'), { status: 404, text: /"errorType":"NotFound"/ });
  t.equal((await ask('GET', '/2015-03-31/functions/f/invocations')).status, 404, 'this is not the Invoke API');
  t.equal((await ask('GET', `${next}?query=1`, '10.0.0.1')).status, 403, 'a query is no part of the path');
  const wrongMethods = { [next]: 'GET', '/2018-06-01/runtime/init/error': 'POST', '/2018-06-01/ping': 'GET' };
  for (const [path, allowed] of Object.entries(wrongMethods)) {
    const refused = await ask(allowed === 'GET' ? 'POST' : 'GET', path);
    t.match(refused, { status: 405, headers: { allow: allowed }, text: /"errorType":"MethodNotAllowed"/ }, path);
  }
  for (const peer of ['10.0.0.1', '::ffff:172.17.0.1', '']) {
    t.match(await ask('GET', next, peer), { status: 403, text: /"errorType":"ForbiddenPeer"/ }, `a stranger: ${peer}`);
  }
  t.equal(await puppet.serve('"safe"').then(() => 'served'), 'served', 'the stranger took nothing');
  void puppet.next({ peer: '::ffff:127.0.0.1' });
  t.match(readable(await outcome), { payload: '"safe"' });
});

t.test('polls', async (t) => {
  t.test('one that hung up does not swallow an invocation', async (t) => {
    const { started, invoke } = puppets(t);
    const first = invoke('1');
    const puppet = await started();
    await puppet.serve('1');
    const gone = new AbortController();
    const poll = puppet.next({ signal: gone.signal });
    await first;
    gone.abort();
    await t.rejects(poll, { message: 'socket hang up' });
    const second = invoke('2');
    const delivered = await puppet.next();
    t.equal(delivered.text, '2');
    await puppet.answer(idOf(delivered), '2');
    void puppet.next();
    t.match(readable(await second), { payload: '2' });
  });

  t.test('time runs also while an idle runtime does not ask', async (t) => {
    const { started, invoke, clock } = puppets(t, { config: { timeoutMs: 1_000 } });
    const first = invoke('1');
    const puppet = await started();
    await puppet.serve('1');
    const gone = new AbortController();
    const poll = puppet.next({ signal: gone.signal }).catch(() => undefined);
    await first;
    gone.abort();
    await poll;
    const second = invoke('2');
    await clock.advance(1_000);
    t.match(await second, { kind: 'timeout' });
  });

  t.test('one without an answer gets the same event again, after a moment', async (t) => {
    const { started, invoke, clock } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    const first = await puppet.next();
    const again = puppet.next();
    await clock.advance(limits.earlyNextMs);
    t.equal((await again).text, '1');
    t.equal(idOf(await again), idOf(first));
    await puppet.answer(idOf(first), '"answer"');
    void puppet.next();
    t.match(readable(await outcome), { payload: '"answer"' });
  });

  t.test('an early one is held until the answer is in', async (t) => {
    const { started, invoke } = puppets(t);
    const first = invoke('1');
    const puppet = await started();
    const requestId = idOf(await puppet.next());
    let answered = false;
    const early = puppet.next().then((response) => {
      answered = true;
      return response;
    });
    await settle();
    t.equal(answered, false);
    await puppet.answer(requestId, '1');
    t.match(readable(await first), { payload: '1' });
    const second = invoke('2');
    t.equal((await early).text, '2');
    await puppet.answer(idOf(await early), '2');
    void puppet.next();
    t.match(readable(await second), { payload: '2' });
  });
});

t.test('the queue', async (t) => {
  t.test('keeps the order, and one environment is used again', async (t) => {
    const { started, invoke, memory } = puppets(t);
    const outcomes = ['1', '2', '3'].map((payload) => invoke(payload));
    const puppet = await started();
    for (const payload of ['1', '2', '3']) {
      const delivered = await puppet.next();
      t.equal(delivered.text, payload);
      await puppet.answer(idOf(delivered), payload);
    }
    void puppet.next();
    t.strictSame((await Promise.all(outcomes)).map(readable), [
      { kind: 'success', payload: '1' },
      { kind: 'success', payload: '2' },
      { kind: 'success', payload: '3' },
    ]);
    t.equal(memory.launcher.orders.length, 1);
  });

  t.test('has a limit', async (t) => {
    const { started, invoke } = puppets(t, { queueLimit: 1 });
    const running = invoke('1');
    const queued = invoke('2');
    await t.rejects(invoke('3'), { code: 'ERR_QUEUE_FULL' });
    const puppet = await started();
    await puppet.serve('1');
    await puppet.serve('2');
    void puppet.next();
    t.match(await Promise.all([running, queued]), [{ kind: 'success' }, { kind: 'success' }]);
  });

  t.test('several environments run at once, and no more than that', async (t) => {
    const { started, invoke, memory } = puppets(t, { concurrency: 2 });
    const outcomes = ['1', '2', '3'].map((payload) => invoke(payload));
    const [one, two] = [await started(), await started()];
    t.not(one.context.environment.AWS_LAMBDA_RUNTIME_API, two.context.environment.AWS_LAMBDA_RUNTIME_API);
    const delivered = [await one.next(), await two.next()];
    t.strictSame(delivered.map(({ text }) => text).sort(), ['1', '2']);
    t.equal((await two.answer(idOf(delivered[0]!), '0')).status, 400, "no answer for another's invocation");
    await two.answer(idOf(delivered[1]!), '"two"');
    const third = await two.next();
    t.equal(third.text, '3', 'who is free first takes the next');
    await two.answer(idOf(third), '"three"');
    await one.answer(idOf(delivered[0]!), '"one"');
    void one.next();
    void two.next();
    t.strictSame(
      (await Promise.all(outcomes)).map((outcome) => outcome.kind),
      ['success', 'success', 'success'],
    );
    t.equal(memory.launcher.orders.length, 2);
  });
});

t.test('timeouts', async (t) => {
  t.test('of a function: it is killed, and the next invocation starts anew', async (t) => {
    const { started, invoke, clock, events } = puppets(t, { config: { timeoutMs: 2_500 } });
    const slow = invoke('1');
    const next = invoke('2');
    const one = await started();
    await clock.advance(4_000);
    const { headers } = await one.next();
    t.equal(headers['lambda-runtime-deadline-ms'], String(clock.now() + 2_500), 'initialization has its own time');
    await clock.advance(2_499);
    t.equal(one.context.killed.aborted, false);
    await clock.advance(1);
    t.equal(one.context.killed.aborted, true);
    t.match(await slow, { kind: 'timeout', timeoutMs: 2_500, at: clock.now() });
    const completed = events.find((event) => event.type === 'invocation-completed');
    t.match(completed?.report, {
      durationMs: 2_500,
      initDurationMs: 4_000,
      billedDurationMs: 6_500,
      status: 'timeout',
    });
    const two = await started();
    await two.serve('2');
    void two.next();
    t.match(readable(await next), { payload: '2' });
  });

  t.test('also of a runtime that answered and does not come back', async (t) => {
    const { started, invoke, clock } = puppets(t, { config: { timeoutMs: 1_000 } });
    const outcome = invoke('1');
    await (await started()).serve('1');
    await clock.advance(1_000);
    t.match(await outcome, { kind: 'timeout' });
  });

  t.test('of a process that obeys no kill: the caller is answered all the same', async (t) => {
    const { started, invoke, clock } = puppets(t, { config: { timeoutMs: 1_000 } });
    const outcome = invoke('1');
    const puppet = await started();
    puppet.context.surviveKill();
    await puppet.next();
    await clock.advance(1_000 + limits.killGraceMs);
    t.match(await outcome, { kind: 'timeout' });
  });

  t.test('of initialization: a second start on the time of the function', async (t) => {
    const { started, invoke, clock, types, events } = puppets(t, { config: { timeoutMs: 3_000 } });
    const outcome = invoke('1', { requestId: 'one' });
    const first = await started();
    await clock.advance(limits.initMs - 1);
    t.equal(first.context.killed.aborted, false);
    await clock.advance(1);
    t.equal(first.context.killed.aborted, true);
    const second = await started();
    await clock.advance(1_000);
    const delivered = await second.next();
    t.equal(idOf(delivered), 'one', 'the invocation kept its place');
    t.equal(delivered.headers['lambda-runtime-deadline-ms'], String(clock.now() + 2_000));
    await second.answer('one', '1');
    void second.next();
    t.match(readable(await outcome), { payload: '1' });
    t.strictSame(types(), [
      'invocation-received',
      'environment-starting',
      'runtime-initialized',
      'init-ended',
      'environment-stopped',
      'environment-starting',
      'runtime-initialized',
      'init-ended',
      'environment-ready',
      'invocation-started',
      'invocation-responding',
      'invocation-replied',
      'invocation-runtime-done',
      'invocation-completed',
    ]);
    t.match(events[2], { phase: 'init', status: 'timeout' });
    t.match(events[3], { phase: 'init', status: 'timeout', durationMs: 10_000, errorType: undefined });
    t.match(events[4], { reason: { kind: 'init-timeout' } });
    t.match(events[7], { phase: 'invoke', status: 'success', durationMs: 1_000 });
  });

  t.test('of both starts: the function timed out', async (t) => {
    const { started, invoke, clock, memory } = puppets(t, { config: { timeoutMs: 3_000 } });
    const outcome = invoke('1');
    await started();
    await clock.advance(limits.initMs + 3_000);
    t.match(await outcome, { kind: 'timeout' });
    t.equal(memory.launcher.orders.length, 2);
  });
});

t.test('runtimes that end', async (t) => {
  t.test('after answering well, before they come back', async (t) => {
    const { started, invoke, events } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    await puppet.serve('"lost"');
    puppet.context.exit(3);
    const message = 'Runtime exited with error: exit status 3';
    t.strictSame(await outcome, { kind: 'exit', errorType: 'Runtime.ExitError', message });
    const completed = events.find((event) => event.type === 'invocation-completed');
    t.match(completed?.report, { status: 'error', errorType: 'Runtime.ExitError' });
  });

  t.test('after answering with an error: the error stands, and REPORT tells', async (t) => {
    const { started, invoke, events } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    await puppet.error(idOf(await puppet.next()), '{"errorType":"Uncaught"}');
    puppet.context.exit(129);
    t.match(readable(await outcome), { kind: 'function-error', errorType: 'Uncaught' });
    const completed = events.find((event) => event.type === 'invocation-completed');
    t.match(completed?.report, { status: 'error', errorType: 'Runtime.ExitError' });
  });

  t.test('while they run, before next, or by a signal', async (t) => {
    const { started, invoke } = puppets(t);
    const running = invoke('1');
    const one = await started();
    await one.next();
    one.context.exit(0);
    t.match(await running, { kind: 'exit', message: 'Runtime exited without providing a reason' });

    const starting = invoke('2');
    (await started()).context.exit(127);
    t.match(await starting, { kind: 'exit', message: 'Runtime exited with error: exit status 127' });

    const crashed = invoke('3');
    const three = await started();
    await three.next();
    three.context.exit(null, 'SIGSEGV');
    t.match(await crashed, { kind: 'exit', message: 'Runtime exited with error: signal: segmentation fault' });
  });

  t.test('while idle: nobody is told, and the next invocation starts anew', async (t) => {
    const { started, invoke, memory } = puppets(t);
    const first = invoke('1');
    const one = await started();
    await one.serve('1');
    void one.next();
    await first;
    one.context.exit(0);
    await settle();
    const second = invoke('2');
    const two = await started();
    await two.serve('2');
    void two.next();
    t.match(readable(await second), { payload: '2' });
    t.equal(memory.launcher.orders.length, 2);
    t.equal(
      one.context.environment.AWS_LAMBDA_RUNTIME_API,
      two.context.environment.AWS_LAMBDA_RUNTIME_API,
      'the Runtime API stays where it is',
    );
  });
});

t.test('runtimes that do not start', async (t) => {
  t.test('a launch failure is an outcome, in the words of the service', async (t) => {
    const { invoke, types, events } = puppets(t, { plan: { command: ['/task/bootstrap'] } });
    const [first, second] = [invoke('1'), invoke('2')];
    const message = 'fork/exec /task/bootstrap: no such file or directory';
    t.strictSame(await first, { kind: 'exit', errorType: 'Runtime.InvalidEntrypoint', message });
    t.strictSame(await second, { kind: 'exit', errorType: 'Runtime.InvalidEntrypoint', message });
    await settle();
    const init = ['environment-starting', 'runtime-initialized', 'init-ended'];
    const end = ['invocation-started', 'invocation-runtime-done', 'invocation-completed', 'environment-stopped'];
    t.strictSame(types(), ['invocation-received', 'invocation-received', ...init, ...end, ...init, ...end]);
    t.match(events[4], { status: 'error', errorType: 'Runtime.InvalidEntrypoint' });
  });

  t.test('what is no launch failure is an exception of each caller', async (t) => {
    let plans = 0;
    const plan = (): never => {
      plans++;
      throw new Error('the files are gone');
    };
    const { invoke } = puppets(t, { runtime: { plan } });
    const outcomes = ['1', '2', '3'].map((payload) => invoke(payload));
    for (const outcome of outcomes) await t.rejects(outcome, { message: 'the files are gone' });
    t.equal(plans, 3);
  });

  t.test('a Runtime API that cannot be opened likewise', async (t) => {
    const memory = createMemoryHost();
    const server = await memory.host.http.listen({ address: '127.0.0.1', port: 9001, source: 'test' }, () => undefined);
    const sandbox = createSandbox({
      host: memory.host,
      launcher: memory.launcher,
      config: defineFunction({ handler: 'h', runtime: 'r', taskRoot: '/' }, { nowMs: 0, randomId: '' }),
      runtime: memory.runtime('echo', async (context) => {
        const puppet = new Puppet(context);
        for (;;) await puppet.serve('"up"');
      }),
      runtimeApi: { kind: 'own', address: '127.0.0.1', port: 9001, source: 'THE_PORT' },
    });
    t.teardown(() => sandbox.close());
    const outcomes = [1, 2].map((number) => sandbox.invoke({ payload: encodeText(String(number)) }));
    for (const outcome of outcomes) await t.rejects(outcome, { code: 'ERR_PORT_IN_USE', message: /THE_PORT/ });
    await server.close();
    t.match(readable(await sandbox.invoke({ payload: encodeText('3') })), { payload: '"up"' }, 'until it can be');
  });
});

t.test('closing', async (t) => {
  const closed = { code: 'ERR_SANDBOX_CLOSED' };

  t.test('while one runs and one waits', async (t) => {
    const { started, invoke, sandbox, memory } = puppets(t);
    const running = invoke('1');
    const waiting = invoke('2');
    const refused = t.rejects(waiting, closed);
    const puppet = await started();
    await puppet.next();
    const [first, second] = [sandbox.close(), sandbox.close()];
    await Promise.all([first, second, refused]);
    t.match(await running, { kind: 'exit', message: 'Runtime exited with error: signal: killed' });
    t.equal(puppet.context.killed.aborted, true);
    t.strictSame(memory.http.ports, [], 'the Runtime API is closed');
    await t.rejects(invoke('3'), closed);
  });

  t.test('before anything was started, twice, and when idle', async (t) => {
    const { sandbox } = puppets(t);
    await sandbox.close();
    await sandbox.close();
    const { started, invoke, sandbox: idle } = puppets(t);
    const outcome = invoke('1');
    const puppet = await started();
    await puppet.serve('1');
    void puppet.next();
    await outcome;
    await idle.close();
    t.equal(puppet.context.killed.aborted, true);
  });

  t.test('while the Runtime API is being opened, or the runtime is being planned', async (t) => {
    const opening = puppets(t);
    const refused = t.rejects(opening.invoke('1'), closed);
    await opening.sandbox.close();
    await refused;
    t.strictSame(opening.memory.http.ports, []);
    t.equal(opening.memory.launcher.orders.length, 0);

    let planned = (_: LaunchPlan): void => undefined;
    const plan = () =>
      new Promise<LaunchPlan>((resolve) => {
        planned = resolve;
      });
    const planning = puppets(t, { runtime: { plan } });
    const outcome = planning.invoke('1');
    await settle();
    const end = planning.sandbox.close();
    planned({
      command: ['memory', 'puppet'],
      workingDirectory: '/',
      environment: {},
      transport: 'http',
      telemetryLog: false,
    });
    await end;
    t.match(await outcome, { kind: 'exit', message: /killed/ });
    t.equal(planning.memory.launcher.orders.length, 0, 'nothing is started any more');
  });

  t.test('while the runtime is being launched: it is killed as soon as it is there', async (t) => {
    const memory = createMemoryHost({ clock: new ManualClock() });
    let launch = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      launch = resolve;
    });
    let begun = false;
    const runtime = memory.runtime('late', async (context) => {
      begun = true;
      await context.ended;
    });
    const sandbox = createSandbox({
      host: memory.host,
      launcher: {
        async launch(order, listener) {
          await gate;
          return memory.launcher.launch(order, listener);
        },
      },
      config: defineFunction({ handler: 'h', runtime: 'late', taskRoot: '/' }, { nowMs: 0, randomId: '' }),
      runtime,
    });
    const outcome = sandbox.invoke({ payload: encodeText('1') });
    await settle();
    const end = sandbox.close();
    launch();
    await end;
    t.match(await outcome, { kind: 'exit', message: /killed/ });
    t.equal(begun, false);
  });

  t.test('drain lets all end that was taken', async (t) => {
    const { started, invoke, sandbox, clock } = puppets(t);
    const outcomes = [invoke('1'), invoke('2')];
    let drained = false;
    const end = sandbox.drain().then(() => {
      drained = true;
    });
    await t.rejects(invoke('3'), closed);
    const puppet = await started();
    await puppet.serve('1');
    const requestId = idOf(await puppet.next());
    await clock.advance(0);
    t.equal(drained, false);
    await puppet.answer(requestId, '2');
    void puppet.next();
    await Promise.all(outcomes);
    await clock.advance(0);
    await end;
    t.equal(puppet.context.killed.aborted, false, 'the environment is left alone');
    await sandbox.drain();
  });

  t.test('drain ends also when the last invocation takes its environment with it', async (t) => {
    const { started, invoke, sandbox, clock } = puppets(t, { config: { timeoutMs: 1_000 } });
    const outcome = invoke('1');
    await (await started()).next();
    const end = sandbox.drain();
    await clock.advance(1_000);
    t.match(await outcome, { kind: 'timeout' });
    await end;
  });
});

t.test('the facts of a life', async (t) => {
  const { started, invoke, events, clock, sandbox } = puppets(t);
  const outcome = invoke('1', { requestId: 'one', traceId: 'Root=1' });
  const puppet = await started();
  puppet.context.writeStdout('initializing\n');
  await clock.advance(200);
  await puppet.next();
  puppet.context.useMemory(20 * 1_048_576);
  puppet.context.writeStderr('working\n');
  await clock.advance(50);
  await puppet.answer('one', '"done"');
  puppet.context.writeStdout('after the answer\n');
  void puppet.next();
  await outcome;
  puppet.context.exit(0);
  await settle();

  const [received, starting] = events;
  t.match(received, { type: 'invocation-received', requestId: 'one', traceId: 'Root=1', payload: Uint8Array });
  const environmentId = starting?.type === 'environment-starting' && starting.environmentId;
  t.strictSame(
    events.map((event) => (event.type === 'log' ? `${event.stream}: ${decodeText(event.bytes)}` : event.type)),
    [
      'invocation-received',
      'environment-starting',
      'stdout: initializing\n',
      'runtime-initialized',
      'init-ended',
      'environment-ready',
      'invocation-started',
      'stderr: working\n',
      'invocation-responding',
      'invocation-replied',
      'invocation-runtime-done',
      'stdout: after the answer\n',
      'invocation-completed',
      'environment-stopped',
    ],
  );
  const [, , , initialized, initEnded, ready, begun, , , , done, , completed, stopped] = events;
  t.match(initialized, { phase: 'init', status: 'success', errorType: undefined });
  t.match(initEnded, { phase: 'init', status: 'success', durationMs: 200 });
  t.match(done, {
    requestId: 'one',
    traceId: 'Root=1',
    figures: { status: 'success', durationMs: 50, producedBytes: 6, responseLatencyMs: 50, responseDurationMs: 0 },
  });
  t.match(ready, { initDurationMs: 200 });
  t.match(begun, { requestId: 'one', traceId: 'Root=1', functionVersion: '$LATEST' });
  t.match(completed, {
    requestId: 'one',
    outcome: { kind: 'success' },
    report: { durationMs: 50, billedDurationMs: 250, initDurationMs: 200, maxMemoryUsedMb: 20, memorySizeMb: 128 },
  });
  t.match(stopped, { reason: { kind: 'exit', exit: { code: 0, signal: null } } });
  for (const event of events) {
    t.ok(Object.isFrozen(event), event.type);
    t.equal('environmentId' in event ? event.environmentId : environmentId, environmentId);
    t.type(event.at, 'number');
  }

  t.test('who ends a subscription hears no more', async (t) => {
    const heard: string[] = [];
    const stop = sandbox.subscribe(({ type }) => heard.push(type));
    const second = invoke('2');
    const again = await started();
    stop();
    await again.serve('2');
    void again.next();
    await second;
    t.strictSame(heard, ['invocation-received', 'environment-starting']);
  });

  t.test('a subscriber that throws disturbs nobody: that is told outside', async (t) => {
    const { started, invoke, sandbox } = puppets(t);
    const thrown: unknown[] = [];
    const caught = (error: unknown): void => void thrown.push(error);
    process.on('unhandledRejection', caught);
    t.teardown(() => process.off('unhandledRejection', caught));
    sandbox.subscribe(({ type }) => {
      throw new Error(type);
    });
    const outcome = invoke('1');
    const puppet = await started();
    await puppet.serve('"fine"');
    void puppet.next();
    t.match(readable(await outcome), { payload: '"fine"' });
    await sandbox.close();
    await new Promise((resolve) => setImmediate(resolve));
    t.match(thrown.map(String), ['Error: invocation-received', 'Error: environment-starting']);
    t.equal(String(thrown.at(-1)), 'Error: environment-stopped');
  });

  t.test('an environment that fails has its last fact after its invocation', async (t) => {
    const { started, invoke, types } = puppets(t);
    const [failing, following] = [invoke('1'), invoke('2')];
    const one = await started();
    await one.next();
    one.context.exit(1);
    await failing;
    const two = await started();
    t.strictSame(types(), [
      'invocation-received',
      'invocation-received',
      'environment-starting',
      'runtime-initialized',
      'init-ended',
      'environment-ready',
      'invocation-started',
      'invocation-runtime-done',
      'invocation-completed',
      'environment-stopped',
      'environment-starting',
    ]);
    await two.serve('2');
    void two.next();
    await following;
  });
});

t.test('by frames the rules are the same', async (t) => {
  const frame = (kind: number, body: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const bytes = Buffer.alloc(5 + body.length);
    bytes.writeUInt32BE(1 + body.length);
    bytes.writeUInt8(kind, 4);
    bytes.set(body, 5);
    return bytes;
  };
  const field = (text: string, width: 2 | 4): Buffer => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(width);
    length.writeUIntBE(bytes.length, 0, width);
    return Buffer.concat([length, bytes]);
  };
  const next = frame(frameKinds.next);
  const response = (id: string, body: Uint8Array | string) =>
    frame(frameKinds.response, Buffer.concat([field(id, 2), Buffer.from(body)]));
  const error = (id: string, body: Uint8Array | string) =>
    frame(frameKinds.error, Buffer.concat([field(id, 2), field('cause', 4), Buffer.from(body)]));
  const plan = { transport: 'frames', telemetryLog: true } as const;

  t.test('answers, errors and what is refused', async (t) => {
    const { started, invoke, events } = puppets(t, { plan });
    const first = invoke('{"a":1}', { requestId: 'one' });
    const { frames, writeTelemetryLog } = (await started()).context;
    frames.write(response('one', '"too early"'));
    frames.write(next);
    const delivered = Buffer.from(await frames.read());
    t.equal(delivered.readUInt8(4), frameKinds.invoke);
    t.equal(delivered.subarray(-7).toString(), '{"a":1}');
    writeTelemetryLog(Buffer.concat([Buffer.from('a55a000100000003', 'hex'), Buffer.from('log')]));
    frames.write(
      Buffer.concat([response('other', '"wrong"'), response('one', '"right"'), error('one', '"late"'), next]),
    );
    t.strictSame(readable(await first), { kind: 'success', payload: '"right"' });
    t.match(
      events.find((event) => event.type === 'log'),
      { stream: 'telemetry', bytes: encodeText('log') },
    );

    const second = invoke('2', { requestId: 'two' });
    await frames.read();
    frames.write(Buffer.concat([error('two', '{"errorType":"Bad"}'), next]));
    t.match(readable(await second), { kind: 'function-error', errorType: 'Bad', payload: '{"errorType":"Bad"}' });
  });

  for (const [name, make] of Object.entries({ response, error })) {
    t.test(`a ${name} that is too large`, async (t) => {
      const { started, invoke } = puppets(t, { plan });
      const outcome = invoke('1', { requestId: 'one' });
      const { frames } = (await started()).context;
      frames.write(next);
      await frames.read();
      frames.write(make('one', new Uint8Array(limits.responseBytes + 1)));
      frames.write(next);
      t.match(await outcome, { kind: 'function-error', errorType: 'Function.ResponseSizeTooLarge' });
    });
  }

  t.test('a runtime that writes nonsense is ended', async (t) => {
    const { started, invoke } = puppets(t, { plan });
    const outcome = invoke('1');
    (await started()).context.frames.write(encodeText('Hello, world'));
    t.match(await outcome, { kind: 'exit', message: 'Runtime exited with error: signal: killed' });
  });
});

t.test('the Invoke API tells when a sandbox takes no more', async (t) => {
  const { started, invoke, sandbox, memory } = puppets(t, { queueLimit: 0 });
  const server = await memory.host.http.listen(
    { address: '127.0.0.1', port: 0, source: 'test' },
    createInvokeApi({ host: memory.host, sandbox }),
  );
  const post = () =>
    memory.request(`127.0.0.1:${server.port}`, {
      method: 'POST',
      path: '/2015-03-31/functions/f/invocations',
      body: '{}',
    });
  const running = invoke('1');
  t.match(await post(), {
    status: 429,
    headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    text: /^\{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":".+"\}$/,
  });
  const puppet = await started();
  await puppet.serve('1');
  void puppet.next();
  await running;
  await sandbox.close();
  t.match(await post(), { status: 503, headers: { 'x-amzn-errortype': 'ServiceException' }, text: /"Type":"Service"/ });
});

t.test('how many there may be is a number', async (t) => {
  for (const counts of [{ concurrency: 0 }, { concurrency: Number.NaN }, { concurrency: 1.5 }, { queueLimit: -1 }]) {
    t.throws(() => puppets(t, counts), { code: 'ERR_INVALID_NUMBER', message: new RegExp(Object.keys(counts)[0]!) });
  }
  const { sandbox } = puppets(t);
  t.throws(() => sandbox.update({ concurrency: -1 }), { code: 'ERR_INVALID_NUMBER' });
});
