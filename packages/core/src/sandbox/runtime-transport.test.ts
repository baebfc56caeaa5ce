import t, { type Test } from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { handleFrame } from '../frames/runtime-frames.ts';
import { defineFunction } from '../function/define-function.ts';
import type { RuntimeTransport, TransportContext } from '../runtime-definition.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import type { InvocationPoll } from './runtime-port.ts';
import { createSandbox } from './sandbox.ts';

const next = '/2018-06-01/runtime/invocation/next';

/** A sandbox whose family speaks to its runtime in its own way. */
function sandboxBy(t: Test, program: (context: MemoryContext) => Promise<void>, connect: RuntimeTransport['connect']) {
  const memory = createMemoryHost();
  const runtime = memory.runtime('own', program, { transport: { connect } });
  const input = { handler: 'h', runtime: 'own', taskRoot: '/task', timeoutMs: 20_000 };
  const config = defineFunction(input, { nowMs: 0, randomId: 'x' });
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config, runtime });
  t.teardown(() => sandbox.close());
  return { sandbox, memory, invoke: (event: string) => sandbox.invoke({ payload: encodeText(event) }) };
}

/** Answers every event with itself in brackets. */
function echo({ port, kill }: TransportContext): void {
  const poll: InvocationPoll = {
    deliver({ invocation: { requestId, payload } }) {
      const text = decodeText(payload);
      if (text === '"die"') return kill();
      handleFrame({ kind: 'response', requestId, payload: encodeText(`[${text}]`) }, port, poll);
      port.next(poll);
    },
    cancel: () => undefined,
  };
  port.next(poll);
}

t.test("a family's own transport serves one invocation after the other", async (t) => {
  const contexts: TransportContext[] = [];
  const { invoke, memory } = sandboxBy(
    t,
    ({ ended }) => ended,
    (context) => {
      contexts.push(context);
      t.equal(context.isAwaited(), true);
      echo(context);
      t.equal(context.isAwaited(), false, 'it has asked for work');
    },
  );
  for (const event of ['1', '2']) {
    const outcome = await invoke(event);
    t.match(outcome, { kind: 'success' });
    t.equal(outcome.kind === 'success' && decodeText(outcome.payload), `[${event}]`);
  }
  t.match(memory.launcher.orders, [{ frames: false }]);

  t.match(await invoke('"die"'), { kind: 'exit', message: /signal: killed/ });
  t.match(await invoke('3'), { kind: 'success' }, 'the next environment is connected to as well');
  t.equal(contexts.length, 2);
});

t.test('a runtime that uses the Runtime API is not waited for any more', async (t) => {
  let connected: TransportContext | undefined;
  const { invoke, sandbox } = sandboxBy(
    t,
    async ({ fetch }) => {
      const { headers } = await fetch(next);
      const id = headers['lambda-runtime-aws-request-id'] ?? headers['Lambda-Runtime-Aws-Request-Id'];
      await fetch(`/2018-06-01/runtime/invocation/${id}/response`, { method: 'POST', body: '"by HTTP"' });
      await fetch(next);
    },
    (context) => {
      connected = context;
    },
  );
  const outcome = await invoke('1');
  t.equal(outcome.kind === 'success' && decodeText(outcome.payload), '"by HTTP"');
  t.equal(connected?.isAwaited(), false);
  await sandbox.close();
  t.equal(connected?.isAwaited(), false);
});

t.test('a runtime that ends before it was heard of is not waited for either', async (t) => {
  let connected: TransportContext | undefined;
  const { invoke } = sandboxBy(
    t,
    async ({ exit }) => exit(3),
    (context) => {
      connected = context;
    },
  );
  t.match(await invoke('1'), { kind: 'exit', message: /exit status 3/ });
  t.equal(connected?.isAwaited(), false);
});
