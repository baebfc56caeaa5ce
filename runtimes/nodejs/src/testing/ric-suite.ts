import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type ClientMajor, RicProcess } from './ric-process.ts';

const taskRoot = fileURLToPath(new URL('functions', import.meta.url));

export interface Candidate {
  readonly client: ClientMajor;
  /** Undefined is the Node that runs the tests. */
  readonly node?: string;
  readonly flags?: readonly string[];
}

/** What each runtime interface client must do with its native module stood in for, under a given Node. */
export async function testClient(t: Test, candidate: Candidate): Promise<void> {
  t.jobs = 4;
  const { client } = candidate;
  const hasCallbacks = client < 4;

  const start = async (t: Test, handler: string, environment = {}) => {
    const runtime = await RicProcess.start({ ...candidate, taskRoot, handler: `handlers.${handler}`, environment });
    t.teardown(() => runtime.stop());
    return runtime;
  };

  t.test('answers one invocation after the other', async (t) => {
    const runtime = await start(t, 'echo');
    await runtime.invoke({ text: 'ü € 😀' }, { requestId: 'id/1 ü%25', clientContext: '{"client":{"name":"ö"}}' });
    const first = await runtime.expectResponse();
    t.equal(first.requestId, 'id/1 ü%25');
    t.match(first.value, {
      event: { text: 'ü € 😀' },
      requestId: 'id/1 ü%25',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
      clientContext: { client: { name: 'ö' } },
    });
    const { remainingMs } = first.value as { remainingMs: number };
    t.ok(remainingMs > 20_000 && remainingMs <= 30_000, 'the deadline is known');
    t.notOk('identity' in (first.value as object), 'an empty header is left out');
    t.match(await runtime.logs.take(), /\tid\/1 ü%25\tINFO\tgot \{ text: 'ü € 😀' \}\n$/);

    await runtime.invoke([2], { requestId: 'second' });
    t.match(await runtime.expectResponse(), { requestId: 'second', value: { event: [2] } });
    await runtime.expectNext();
  });

  t.test('keeps invocations that come before it asks for them', async (t) => {
    const runtime = await start(t, 'echo');
    // All in the pipe before it reads: whole ones, then the beginning of one that is longer than a read.
    const events = { one: 'a', two: 'b', three: 'c'.repeat(150_000), four: 'd' };
    for (const [requestId, event] of Object.entries(events)) runtime.sendInvoke(event, { requestId });
    for (const [requestId, event] of Object.entries(events)) {
      await runtime.expectNext();
      const answer = await runtime.expectResponse();
      t.equal(answer.requestId, requestId);
      t.ok((answer.value as { event: string }).event === event);
    }
  });

  t.test('leaves no trace in the process of the function', async (t) => {
    const runtime = await start(t, 'surroundings');
    await runtime.invoke({});
    const { value } = (await runtime.expectResponse()) as { value: { environment: object; [name: string]: unknown } };
    t.notOk(Object.keys(value.environment).some((name) => name.startsWith('LAMBDA_BOOTSTRAPS')));
    t.strictSame(value.execArgv, candidate.flags ?? [], 'Node has no flag of ours');
    t.strictSame(value.arguments, []);
  });

  t.test('carries 5.5 MB in and out', async (t) => {
    const runtime = await start(t, 'measure');
    const text = 'aé€😀'.repeat(550_000);
    await runtime.invoke({ text });
    const { value } = (await runtime.expectResponse()) as { value: { length: number; text: string } };
    t.equal(value.length, text.length);
    t.ok(value.text === text);
    await runtime.expectNext();
  });

  t.test('reports a rejection and goes on', async (t) => {
    const runtime = await start(t, 'reject');
    await runtime.invoke({}, { requestId: 'bad/1' });
    const { requestId, error, xrayCause } = await runtime.expectError();
    t.equal(requestId, 'bad/1');
    t.match(error, { errorType: 'TypeError', errorMessage: 'no, ünd €' });
    t.match(error.trace[1], /handlers\.js/);
    t.notMatch(error.trace.join('\n'), /rapid-client|runtime-client|start\/|node:net|internal/, 'no frame of ours');
    t.match(JSON.parse(xrayCause), { exceptions: [{ message: 'no, ünd €' }] });
    await runtime.expectNext();
  });

  t.test('reports a throw', async (t) => {
    const runtime = await start(t, 'throwNow');
    await runtime.invoke({});
    const { error } = await runtime.expectError();
    t.match(error, { errorType: 'RangeError', errorMessage: 'at once' });
    t.notMatch(
      error.trace.join('\n'),
      /rapid-client|runtime-client|start\/|net\.js|node:|internal/,
      'no frame of ours',
    );
    await runtime.expectNext();
  });

  t.test('ends on an uncaught exception', async (t) => {
    const runtime = await start(t, 'uncaught');
    await runtime.invoke({});
    if (hasCallbacks) t.match(await runtime.expectError(), { error: { errorMessage: 'nobody catches this' } });
    t.match(await runtime.exit, { code: hasCallbacks ? 129 : 1 });
  });

  t.test('ends when the function calls process.exit', async (t) => {
    const runtime = await start(t, 'leave');
    await runtime.invoke({ code: 42 });
    t.match(await runtime.logs.take(), /leaving/);
    t.match(await runtime.exit, { code: 42, signal: null });
    t.equal(runtime.frames.waiting, 0);
  });

  t.test('tells of a function that cannot be loaded', async (t) => {
    const runtime = await start(t, 'echo', { _HANDLER: 'missing.handler' });
    const { path, error } = await runtime.initErrors.take();
    t.equal(path, '/2018-06-01/runtime/init/error');
    t.equal(error.errorType, 'Runtime.ImportModuleError');
    t.ok((await runtime.exit).code);
  });

  t.test('ends when the core goes away', async (t) => {
    const runtime = await start(t, 'echo');
    await runtime.invoke({});
    await runtime.expectResponse();
    await runtime.expectNext();
    await runtime.abandon();
    t.ok((await runtime.exit).code);
  });

  t.test('ends when the core goes away before the first invocation', async (t) => {
    const runtime = await start(t, 'echo');
    await runtime.expectNext();
    await runtime.abandon();
    t.ok((await runtime.exit).code);
  });

  if (hasCallbacks) {
    t.test('takes handlers with a callback', async (t) => {
      const runtime = await start(t, 'callBack');
      await runtime.invoke({ succeed: 'ö' });
      t.match(await runtime.expectResponse(), { value: 'ö' });
      await runtime.invoke({ fail: 'ü' });
      t.match(await runtime.expectError(), { error: { errorType: 'TypeError', errorMessage: 'ü' } });
      await runtime.expectNext();
    });

    t.test('waits for an empty event loop as the function asks', async (t) => {
      const runtime = await start(t, 'leaveTimer');
      await runtime.invoke({ wait: true, ms: 20 });
      t.match(await runtime.expectResponse(), { value: false });
      await runtime.invoke({ wait: false, ms: 600_000 });
      t.match(await runtime.expectResponse(), { value: true }, 'it had waited');
      await runtime.invoke({ wait: false, ms: 600_000 });
      t.match(await runtime.expectResponse(), { value: false }, 'it had not waited');
      await runtime.expectNext();
    });

    t.test('answers null when the event loop goes empty without an answer', async (t) => {
      const runtime = await start(t, 'forget');
      await runtime.invoke({});
      t.match(await runtime.expectResponse(), { value: null });
      await runtime.expectNext();
    });
  } else {
    t.test('refuses handlers with a callback', async (t) => {
      const runtime = await start(t, 'callBack');
      t.match(await runtime.initErrors.take(), { error: { errorType: 'Runtime.CallbackHandlerDeprecated' } });
      t.ok((await runtime.exit).code);
    });

    t.test('ends when the event loop goes empty without an answer', async (t) => {
      const runtime = await start(t, 'forget');
      await runtime.invoke({});
      t.match(await runtime.exit, { code: 0, signal: null });
    });
  }
}
