import t, { type Test } from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { defineFunction, type FunctionInput } from '../function/define-function.ts';
import type { InvocationInput } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import { createMemoryHost, type MemoryFile } from '../testing/memory-host.ts';
import type { MemoryResponse } from '../testing/memory-http.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';

/** A process of the sandbox, played by the test. */
class Process {
  readonly context: MemoryContext;
  identifier = '';

  constructor(context: MemoryContext) {
    this.context = context;
  }

  // As a runtime.

  next = (): Promise<MemoryResponse> => this.context.fetch('/2018-06-01/runtime/invocation/next');

  async answer(event: MemoryResponse, body = '"done"'): Promise<void> {
    const id = event.headers['lambda-runtime-aws-request-id'];
    await this.context.fetch(`/2018-06-01/runtime/invocation/${id}/response`, { method: 'POST', body });
  }

  // As an extension.

  async register(name: string, events: readonly string[] = ['INVOKE', 'SHUTDOWN'], headers = {}) {
    const response = await this.context.fetch('/2020-01-01/extension/register', {
      method: 'POST',
      headers: { 'lambda-extension-name': name, ...headers },
      body: JSON.stringify({ events }),
    });
    this.identifier = response.headers['lambda-extension-identifier'] ?? '';
    return response;
  }

  event = (): Promise<MemoryResponse> => this.ask('/2020-01-01/extension/event/next');

  ask(path: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<MemoryResponse> {
    return this.context.fetch(path, {
      method,
      headers: { 'lambda-extension-identifier': this.identifier, ...headers },
    });
  }
}

const json = (response: MemoryResponse) => JSON.parse(decodeText(response.body));

/** A function with external extensions, all of whose processes do what the test tells them. */
function stage(t: Test, names: readonly string[], input: Partial<FunctionInput> = {}) {
  const clock = new ManualClock();
  const files: Record<string, MemoryFile> = {};
  for (const name of names) files[`/opt/extensions/${name}`] = { content: '', executable: true };
  const memory = createMemoryHost({ clock, files });
  const waiting = new Map<string, (process: Process) => void>();
  const started = new Map<string, Process>();
  const start = async (name: string, context: MemoryContext) => {
    const process = new Process(context);
    const taker = waiting.get(name);
    waiting.delete(name);
    if (taker) taker(process);
    else started.set(name, process);
    await context.ended;
  };
  const runtime = memory.runtime('runtime', (context) => start('runtime', context));
  for (const name of names) memory.launcher.programs.set(`/opt/extensions/${name}`, (context) => start(name, context));
  const config = defineFunction(
    { handler: 'h', runtime: 'runtime', taskRoot: '/task', layers: ['/opt'], ...input },
    { nowMs: clock.now(), randomId: memory.host.randomId() },
  );
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config, runtime });
  const events: LifecycleEvent[] = [];
  sandbox.subscribe((event) => events.push(event));
  t.teardown(async () => {
    const closed = sandbox.close();
    await clock.advance(5_000);
    await closed;
  });
  return {
    clock,
    memory,
    sandbox,
    events,
    isStarted: (name: string): boolean => started.has(name),
    process: (name: string): Promise<Process> => {
      const process = started.get(name);
      started.delete(name);
      return process ? Promise.resolve(process) : new Promise((resolve) => waiting.set(name, resolve));
    },
    invoke: (more: Partial<InvocationInput> = {}): Promise<Outcome> =>
      sandbox.invoke({ payload: encodeText('{}'), requestId: 'one', traceId: 'Root=1', ...more }),
    completed: () => events.find((event) => event.type === 'invocation-completed'),
  };
}

/** One extension and the runtime, each waiting for its first event. */
async function ready(t: Test, subscriptions: readonly string[] = ['INVOKE', 'SHUTDOWN'], input = {}) {
  const all = stage(t, ['one'], input);
  const outcome = all.invoke();
  const extension = await all.process('one');
  await extension.register('one', subscriptions);
  const event = extension.event();
  const runtime = await all.process('runtime');
  return { ...all, outcome, extension, event, runtime };
}

t.test('an invocation, from registration to the end', async (t) => {
  const all = stage(t, ['one'], { functionName: 'f', timeoutMs: 3_000, memorySizeMb: 512 });
  const outcome = all.invoke();
  const extension = await all.process('one');
  await settle();
  t.equal(all.isStarted('runtime'), false, 'the runtime is started when the extension has registered');
  const registered = await extension.register('one', ['INVOKE', 'SHUTDOWN']);
  t.equal(registered.status, 200);
  t.same(json(registered), { functionName: 'f', functionVersion: '$LATEST', handler: 'h' });
  t.match(extension.identifier, /^[0-9a-f-]{36}$/);

  const runtime = await all.process('runtime');
  const delivered = runtime.next();
  await all.clock.advance(100);
  t.match(all.events.at(-1), { type: 'runtime-initialized', status: 'success' }, 'an extension is not ready yet');
  const event = extension.event();
  const work = await delivered;
  const invoke = await event;
  t.match(invoke.headers['lambda-extension-event-identifier'], /^[0-9a-f-]{36}$/);
  t.same(json(invoke), {
    eventType: 'INVOKE',
    deadlineMs: Number(work.headers['lambda-runtime-deadline-ms']),
    requestId: 'one',
    invokedFunctionArn: work.headers['lambda-runtime-invoked-function-arn'],
    tracing: { type: 'X-Amzn-Trace-Id', value: 'Root=1' },
  });
  t.match(
    all.events.filter(({ type }) => /init/.test(type)),
    [
      { type: 'runtime-initialized' },
      { type: 'extension-initialized', name: 'one', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] },
      { type: 'init-ended', status: 'success', durationMs: 100 },
    ],
  );

  await all.clock.advance(50);
  await runtime.answer(work);
  void runtime.next();
  await all.clock.advance(200);
  t.equal(all.completed(), undefined, 'the extension is still at work');
  const shutdown = extension.event();
  t.match(await outcome, { kind: 'success' });
  t.match(all.completed(), { report: { durationMs: 250, billedDurationMs: 350, extensionOverheadMs: 200 } });

  const closed = all.sandbox.close();
  const told = json(await shutdown);
  t.match(told, { eventType: 'SHUTDOWN', shutdownReason: 'spindown' });
  t.equal(told.deadlineMs - all.clock.now(), 2_000, 'the runtime ended at once');
  extension.context.exit(0);
  await closed;
  t.ok(extension.context.killed.aborted, 'what it left behind is ended too');
});

t.test('the caller may have its answer before extensions are done', async (t) => {
  const { invoke, extension, event, runtime, outcome, completed } = await ready(t);
  const first = runtime.next();
  await event;
  await runtime.answer(await first);
  const second = runtime.next();
  void extension.event();
  await outcome;

  const early = invoke({ requestId: 'two', answerEarly: true });
  await runtime.answer(await second, '"early"');
  void runtime.next();
  const answer = await early;
  t.match(answer, { kind: 'success' });
  t.match(completed(), { requestId: 'one' }, 'only the first one is over');
});

t.test('a name that is not ASCII', async (t) => {
  const all = stage(t, ['größe']);
  void all.invoke();
  const extension = await all.process('größe');
  const asHeader = Array.from(encodeText('größe'), (byte) => String.fromCharCode(byte)).join('');
  t.equal((await extension.register(asHeader)).status, 200, 'it is known by its file');
  t.ok(await all.process('runtime'));
});

t.test('who is not subscribed is not told', async (t) => {
  const { runtime, outcome, extension, sandbox } = await ready(t, []);
  await runtime.answer(await runtime.next());
  void runtime.next();
  await outcome;
  await sandbox.close();
  t.ok(extension.context.killed.aborted, 'an extension that does not want SHUTDOWN is killed');
});

t.test('the environment of an extension is the function’s, without what is the runtime’s', async (t) => {
  const { extension } = await ready(t, [], { environment: { MINE: '1' }, region: 'eu-west-1' });
  const { environment, workingDirectory } = extension.context;
  t.match(environment, { MINE: '1', AWS_REGION: 'eu-west-1', AWS_LAMBDA_RUNTIME_API: /^127\.0\.0\.1:/ });
  for (const name of ['_HANDLER', 'LAMBDA_TASK_ROOT', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_LOG_GROUP_NAME']) {
    t.equal(environment[name], undefined, name);
  }
  t.equal(workingDirectory, '/');
});

t.test('internal extensions', async (t) => {
  const all = stage(t, []);
  const outcome = all.invoke();
  const runtime = await all.process('runtime');
  t.match(json(await runtime.register('inside', ['SHUTDOWN'])), { errorType: 'Extension.InvalidEventType' });
  const registered = await runtime.register('inside', ['INVOKE'], { 'lambda-extension-accept-feature': 'accountId' });
  t.match(json(registered), { accountId: /^\d{12}$/ });
  t.match(json(await runtime.register('inside', [])), { errorType: 'Extension.InvalidExtensionState' });
  runtime.identifier = registered.headers['lambda-extension-identifier'] ?? '';
  const event = runtime.event();
  const work = await runtime.next();
  t.match(json(await event), { eventType: 'INVOKE', requestId: 'one' });
  t.match(json(await new Process(runtime.context).register('late', [])), { errorType: 'Extension.RegistrationClosed' });
  await runtime.answer(work);
  void runtime.next();
  await settle();
  t.equal(all.completed(), undefined);
  void runtime.event();
  t.match(await outcome, { kind: 'success' });
});

t.test('at most ten', async (t) => {
  await t.test('external ones', async (t) => {
    const names = Array.from({ length: 11 }, (_, index) => `extension-${index}`);
    const { invoke } = stage(t, names);
    t.match(await invoke(), {
      kind: 'exit',
      errorType: 'Extension.LaunchError',
      message: /11 extensions.* at most 10/,
    });
  });
  const all = stage(t, []);
  void all.invoke();
  const runtime = await all.process('runtime');
  for (let index = 0; index < 10; index++) t.equal((await runtime.register(`inside-${index}`, [])).status, 200);
  t.match(json(await runtime.register('one too many', [])), {
    errorType: 'Extension.TooManyExtensions',
    errorMessage: 'Extension limit (10) reached',
  });
});

t.test('what is wrong with a request is said', async (t) => {
  const { extension, event, runtime, outcome } = await ready(t);
  const stranger = new Process(extension.context);
  const register = '/2020-01-01/extension/register';
  const post = (body: string, headers = {}) => extension.context.fetch(register, { method: 'POST', headers, body });
  t.match(json(await post('{}')), { errorType: 'Extension.InvalidExtensionName' });
  const named = { 'lambda-extension-name': 'x' };
  for (const body of ['', 'no json', '1', '{"events":1}']) {
    const refused = await post(body, named);
    t.equal(refused.status, 403);
    t.match(json(refused), { errorType: 'InvalidRequestFormat', errorMessage: /events/ }, body);
  }
  t.match(json(await post('{"events":["LUNCH"]}', named)), {
    errorType: 'Extension.InvalidEventType',
    errorMessage: /"LUNCH" is neither INVOKE nor SHUTDOWN/,
  });
  t.match(json(await stranger.event()), { errorType: 'Extension.MissingExtensionIdentifier' });
  stranger.identifier = 'no uuid';
  t.match(json(await stranger.event()), { errorType: 'Extension.InvalidExtensionIdentifier' });
  stranger.identifier = '00000000-0000-4000-8000-000000000000';
  t.match(json(await stranger.event()), { errorType: 'Extension.UnknownExtensionIdentifier' });
  const initError = '/2020-01-01/extension/init/error';
  t.match(json(await extension.ask(initError, 'POST')), { errorType: 'Extension.MissingHeader' });
  t.match(json(await extension.ask(initError, 'POST', { 'lambda-extension-function-error-type': 'Extension.Late' })), {
    errorType: 'Extension.InvalidExtensionState',
    errorMessage: /^State transition from Ready to InitError failed for extension/,
  });
  t.equal((await extension.context.fetch(register)).status, 405);

  await runtime.answer(await runtime.next());
  void runtime.next();
  await event;
  void extension.event();
  t.match(await outcome, { kind: 'success' }, 'and nothing was harmed');
});

t.test('an extension that fails ends the environment', async (t) => {
  await t.test('before it has registered', async (t) => {
    const all = stage(t, ['one', 'two']);
    const outcome = all.invoke();
    (await all.process('one')).context.exit(3);
    t.match(await outcome, { kind: 'exit', errorType: 'Extension.Crash', message: 'exit status 3' });
    t.match(
      all.events.find(({ type }) => type === 'extension-initialized'),
      { name: 'one', errorType: 'Extension.Crash' },
    );
    t.match(
      all.events.find(({ type }) => type === 'init-ended'),
      { status: 'error', errorType: 'Extension.Crash' },
    );
    t.equal(all.isStarted('runtime'), false);
    const other = await all.process('two');
    await settle();
    t.ok(other.context.killed.aborted);
  });

  await t.test('that cannot be started', async (t) => {
    const all = stage(t, ['one']);
    all.memory.launcher.programs.delete('/opt/extensions/one');
    t.match(await all.invoke(), {
      kind: 'exit',
      errorType: 'Extension.LaunchError',
      message: /^fork\/exec .*extensions\/one/,
    });
  });

  await t.test('with words of its own', async (t) => {
    const { outcome, extension, runtime } = await ready(t);
    const work = runtime.next();
    await settle();
    const posted = await extension.ask('/2020-01-01/extension/exit/error', 'POST', {
      'lambda-extension-function-error-type': 'Extension.NoDisk',
    });
    t.equal(posted.status, 202);
    await work;
    t.match(await outcome, { kind: 'exit', errorType: 'Extension.NoDisk' });
    t.ok(runtime.context.killed.aborted);
  });

  await t.test('while an invocation runs, and the next one finds a new environment', async (t) => {
    const { outcome, extension, runtime, event, invoke, process } = await ready(t);
    await runtime.next();
    await event;
    extension.context.exit(null, 'SIGSEGV');
    t.match(await outcome, { kind: 'exit', errorType: 'Extension.Crash', message: 'signal: segmentation fault' });
    const again = invoke({ requestId: 'two' });
    const another = await process('one');
    await another.register('one', ['INVOKE']);
    void another.event();
    const work = await (await process('runtime')).next();
    t.equal(work.headers['lambda-runtime-aws-request-id'], 'two');
    another.context.exit(1);
    await again;
  });
});

t.test('the end of an environment', async (t) => {
  await t.test('by a timeout of the function', async (t) => {
    const { outcome, extension, runtime, event, clock } = await ready(t, ['INVOKE', 'SHUTDOWN'], { timeoutMs: 1_000 });
    await runtime.next();
    await event;
    const shutdown = extension.event();
    await clock.advance(1_000);
    t.match(await outcome, { kind: 'timeout' });
    t.match(json(await shutdown), { eventType: 'SHUTDOWN', shutdownReason: 'timeout' });
    t.notOk(extension.context.killed.aborted);
    await clock.advance(2_000);
    t.ok(extension.context.killed.aborted, 'an extension that stays is killed when its two seconds are over');
  });

  await t.test('by an extension that is not done in time', async (t) => {
    const { outcome, runtime, event, clock, extension } = await ready(t, ['INVOKE'], { timeoutMs: 1_000 });
    await runtime.answer(await runtime.next());
    void runtime.next();
    await event;
    await clock.advance(1_000);
    t.match(await outcome, { kind: 'success' }, 'the runtime was done: its answer stands');
    t.ok(extension.context.killed.aborted);
  });

  await t.test('by the end of the runtime', async (t) => {
    const { outcome, extension, runtime, event } = await ready(t);
    await runtime.next();
    await event;
    const shutdown = extension.event();
    runtime.context.exit(1);
    t.match(json(await shutdown), { eventType: 'SHUTDOWN', shutdownReason: 'failure' });
    t.match(await outcome, { kind: 'exit', errorType: 'Runtime.ExitError' });
    extension.context.exit(0);
  });

  await t.test('by an initialization that takes too long', async (t) => {
    const { clock, process, isStarted, invoke } = stage(t, ['one']);
    void invoke();
    const slow = await process('one');
    await clock.advance(10_000);
    await clock.advance(500);
    t.ok(slow.context.killed.aborted);
    await settle();
    t.ok(isStarted('one'), 'it is started once more, on the time of the function');
    await clock.advance(10_000);
  });
});

t.test('what extensions write is told as theirs', async (t) => {
  const { extension, events, runtime, outcome, event } = await ready(t);
  extension.context.writeStdout('from the extension\n');
  const work = await runtime.next();
  await event;
  await runtime.answer(work);
  void runtime.next();
  extension.context.writeStderr('at the end\n');
  void extension.event();
  await outcome;
  const logs = events.flatMap((event) => (event.type === 'log' ? [[event.extension, decodeText(event.bytes)]] : []));
  t.strictSame(logs, [
    ['one', 'from the extension\n'],
    ['one', 'at the end\n'],
  ]);
});
