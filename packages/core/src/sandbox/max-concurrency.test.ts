import t from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { defineFunction } from '../function/define-function.ts';
import type { Outcome } from '../function/outcome.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import { createSandbox } from './sandbox.ts';

const api = '/2018-06-01/runtime/invocation';

/** A sandbox whose runtime has so many loops that ask for work, each answering by `handle`. */
function concurrent(
  loops: number,
  variable: string,
  handle: (event: string, context: MemoryContext) => Promise<string>,
) {
  const memory = createMemoryHost();
  const runtime = memory.runtime('loops', async (context) => {
    const loop = async (): Promise<void> => {
      const event = await context.fetch(`${api}/next`);
      const id = event.headers['lambda-runtime-aws-request-id'] ?? event.headers['Lambda-Runtime-Aws-Request-Id'];
      const body = await handle(decodeText(event.body), context);
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

t.test('one that runs out of time takes its neighbours with it, who are told another reason', async (t) => {
  const { sandbox, invoke } = concurrent(2, '2', () => new Promise(() => undefined));
  t.teardown(() => sandbox.close());
  const started = new Promise<void>((resolve) => {
    sandbox.subscribe(({ type }) => type === 'invocation-started' && resolve());
  });
  const stuck = invoke('"stuck"');
  await started;
  // Its own time began later, and so would end later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const neighbour = invoke('"neighbour"');
  t.equal((await stuck).kind, 'timeout');
  t.match(await neighbour, { kind: 'exit', message: 'Runtime exited with error: signal: killed' });
});

t.test('a value that is no number is named', async (t) => {
  t.throws(() => concurrent(1, 'many', async () => ''), {
    code: 'ERR_INVALID_NUMBER',
    message: /AWS_LAMBDA_MAX_CONCURRENCY is "many"/,
  });
});
