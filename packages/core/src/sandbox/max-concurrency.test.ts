import t from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { defineFunction } from '../function/define-function.ts';
import { createInvocation } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { Clock } from '../host.ts';
import { LogTail } from '../logs/log-tail.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import { createSandbox } from './sandbox.ts';

const api = '/2018-06-01/runtime/invocation';

/** A sandbox whose runtime has so many loops that ask for work, each answering by `handle`. */
function concurrent(
  loops: number,
  variable: string,
  handle: (event: string, context: MemoryContext, id: string) => Promise<string>,
  clock?: Clock,
) {
  const memory = createMemoryHost(clock ? { clock } : {});
  const runtime = memory.runtime('loops', async (context) => {
    const loop = async (): Promise<void> => {
      const event = await context.fetch(`${api}/next`);
      const id = event.headers['lambda-runtime-aws-request-id'] ?? event.headers['Lambda-Runtime-Aws-Request-Id'];
      const body = await handle(decodeText(event.body), context, String(id));
      await context.fetch(`${api}/${id}/response`, { method: 'POST', body });
      return loop();
    };
    await Promise.all(Array.from({ length: loops }, loop));
  });
  const config = defineFunction(
    {
      handler: 'h',
      runtime: 'loops',
      taskRoot: '/task',
      timeoutMs: 300,
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: variable },
    },
    { nowMs: 0, randomId: 'x' },
  );
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config, runtime });
  const invoke = (event: string) => sandbox.invoke({ payload: encodeText(event) });
  return { sandbox, invoke, memory };
}

const textOf = (outcome: Outcome): string => (outcome.kind === 'success' ? decodeText(outcome.payload) : outcome.kind);

t.test('one environment takes several invocations at a time, and each caller gets its own answer', async (t) => {
  let atOnce = 0;
  let most = 0;
  const { sandbox, invoke, memory } = concurrent(4, '4', async (event) => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 10));
    atOnce--;
    return `answer to ${event}`;
  });
  t.teardown(() => sandbox.close());
  const events = Array.from({ length: 20 }, (_, index) => String(index));
  const answers = await Promise.all(events.map(invoke));
  t.same(
    answers.map(textOf),
    events.map((event) => `answer to ${event}`),
  );
  t.equal(most, 4);
  t.equal(memory.launcher.orders.length, 1);
});

t.test('one that runs out of time fails alone, and its reply comes too late', async (t) => {
  const clock = new ManualClock();
  const release = new Map<string, () => void>();
  const replies: string[] = [];
  const handle = async (event: string, context: MemoryContext, id: string): Promise<string> => {
    await new Promise<void>((resolve) => release.set(event, resolve));
    if (event === 'stuck') {
      const reply = await context.fetch(`${api}/${id}/response`, { method: 'POST', body: 'late' });
      replies.push(`${reply.status} ${decodeText(reply.body)}`);
    }
    return `answer to ${event}`;
  };
  const { sandbox, invoke, memory } = concurrent(2, '2', handle, clock);
  t.teardown(() => sandbox.close());
  const stuck = invoke('stuck');
  await clock.advance(200);
  const neighbour = invoke('neighbour');
  await clock.advance(100);
  t.equal((await stuck).kind, 'timeout');
  const after = invoke('after');
  release.get('neighbour')?.();
  t.equal(textOf(await neighbour), 'answer to neighbour', 'what ran beside it goes on');
  await settle();
  release.get('after')?.();
  t.equal(textOf(await after), 'answer to after', 'and so does the environment');
  release.get('stuck')?.();
  await settle();
  t.same(replies, ['410 {"errorMessage":"Invoke timeout","errorType":"InvokeTimeout"}']);
  t.equal(memory.launcher.orders.length, 1);
});

t.test('initialization has 130 seconds, or the time of the function', async (t) => {
  const clock = new ManualClock();
  const memory = createMemoryHost({ clock });
  const runtime = memory.runtime('slow', () => new Promise(() => undefined));
  const input = { handler: 'h', runtime: 'slow', taskRoot: '/task', environment: { AWS_LAMBDA_MAX_CONCURRENCY: '2' } };
  const config = defineFunction(input, { nowMs: 0, randomId: 'x' });
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config, runtime });
  t.teardown(() => sandbox.close());
  void sandbox.invoke({ payload: encodeText('{}') });
  await clock.advance(129_999);
  t.equal(memory.launcher.orders.length, 1);
  await clock.advance(1);
  t.equal(memory.launcher.orders.length, 2, 'then it is started once more');
  await clock.advance(3_000);
});

t.test('the tail of the log has the lines of its invocation', async (t) => {
  let running = 0;
  let bothRun: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    bothRun = resolve;
  });
  const { sandbox, memory } = concurrent(2, '2', async (event, context, id) => {
    context.writeStdout(`{"requestId":"${id}","message":"first of ${event}"}\nno id\n`);
    if (++running === 2) bothRun();
    await both;
    context.writeStdout(`{"requestId":"${id}","message":"second of ${event}"}\n`);
    return event;
  });
  t.teardown(() => sandbox.close());
  const tails = await Promise.all(
    ['a', 'b'].map(async (event) => {
      const invocation = createInvocation({ payload: encodeText(event) }, sandbox.config, memory.host);
      const tail = LogTail.of(sandbox, invocation.requestId);
      await sandbox.run(invocation);
      tail.stop();
      return { event, id: invocation.requestId, text: decodeText(tail.bytes()) };
    }),
  );
  for (const { event, id, text } of tails) {
    const lines = text.trimEnd().split('\n');
    t.same(lines.slice(0, -1), [
      `START RequestId: ${id} Version: $LATEST`,
      `{"requestId":"${id}","message":"first of ${event}"}`,
      `{"requestId":"${id}","message":"second of ${event}"}`,
      `END RequestId: ${id}`,
    ]);
    t.match(lines.at(-1), new RegExp(`^REPORT RequestId: ${id}\t`));
  }
});

t.test("the function's environment says so", async (t) => {
  let environment: Readonly<Record<string, string>> = {};
  const { sandbox, invoke } = concurrent(1, '2', async (_event, context) => {
    environment = context.environment;
    return '';
  });
  t.teardown(() => sandbox.close());
  await invoke('{}');
  t.match(environment, {
    AWS_LAMBDA_MAX_CONCURRENCY: '2',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
  });
});

t.test('a value that is no number is named', async (t) => {
  t.throws(() => concurrent(1, 'many', async () => ''), {
    code: 'ERR_INVALID_NUMBER',
    message: /AWS_LAMBDA_MAX_CONCURRENCY is "many"/,
  });
});
