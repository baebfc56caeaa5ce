import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOrder, LifecycleEvent } from '@lambda-bootstraps/core';
import { nodeLauncher } from '@lambda-bootstraps/host-node';
import t from 'tap';
import { createSandbox } from './library.ts';
import { createLambdaService } from './library-service.ts';
import { functionFolder, runtime } from './testing/library-functions.ts';

// Real functions, in real processes, by the library's front door.
t.setTimeout(120_000);

const timeoutMs = 60_000;

t.test('a function from a program', async (t) => {
  const taskDir = functionFolder(t);
  const events: LifecycleEvent[] = [];
  const sandbox = createSandbox({ runtime, taskDir, timeoutMs, onEvent: (event) => events.push(event) });
  t.teardown(() => sandbox.close());
  t.equal(sandbox.config.handler, 'index.handler', "the runtime's own default");
  t.equal(await sandbox.warm(), true);
  t.equal(events[0]?.type, 'environment-starting', 'from the beginning');
  const first = await sandbox.invoke({ a: 1 }, { tail: true, report: true });
  t.strictSame(JSON.parse(first.payload), { event: { a: 1 }, name: 'test' });
  t.match(first.logTail, /^START .*\nEND .*\nREPORT /);
  t.match(first.report, { status: 'success', initDurationMs: Number });

  writeFileSync(join(taskDir, 'index.mjs'), 'export const handler = async () => "changed";');
  t.match((await sandbox.invoke()).payload, /"name":"test"/, 'code that is loaded stays');
  await sandbox.update();
  t.equal((await sandbox.invoke()).payload, '"changed"');
  await sandbox.update({ handler: 'stream.handler' });
  const stream = sandbox.invokeWithStream({ pieces: ['one ', 'two ', 'three'] });
  let text = '';
  for await (const chunk of stream) text += Buffer.from(chunk);
  t.equal(text, 'one two three');
  t.match(await stream.result, { functionError: undefined });
});

t.test('its end, by leaving the scope', async (t) => {
  const taskDir = functionFolder(t);
  const types: string[] = [];
  {
    await using sandbox = createSandbox({ runtime, taskDir, timeoutMs, onEvent: ({ type }) => types.push(type) });
    await sandbox.invoke();
  }
  t.equal(types.at(-1), 'environment-stopped');
});

t.test("a launcher of one's own, and where it finds the Runtime API", async (t) => {
  const taskDir = t.testdir({ 'index.mjs': 'export const handler = async () => process.env.AWS_LAMBDA_RUNTIME_API;' });
  const orders: LaunchOrder[] = [];
  const sandbox = createSandbox({
    runtime,
    taskDir,
    timeoutMs,
    launcher: {
      launch: (order, listener) => {
        orders.push(order);
        return nodeLauncher.launch(order, listener);
      },
    },
    runtimeApi: { address: '127.0.0.1', advertisedHost: 'localhost', allowPeer: (address) => address === '127.0.0.1' },
  });
  t.teardown(() => sandbox.close());
  const { payload } = await sandbox.invoke();
  t.match(JSON.parse(payload), /^localhost:\d+$/);
  t.equal(orders.length, 1);
  t.equal(orders[0]?.workingDirectory, taskDir);
});

t.test('what a sandbox cannot be made of', async (t) => {
  t.throws(() => createSandbox({ runtime: 'nodejs' }), { code: 'ERR_UNKNOWN_RUNTIME' });
  t.throws(() => createSandbox({ runtime: '__proto__' }), { code: 'ERR_UNKNOWN_RUNTIME' });
  t.throws(() => createSandbox({ runtime, environment: { AWS_LAMBDA_RUNTIME_API: 'x' } }), {
    code: 'ERR_RESERVED_VARIABLE',
  });
});

t.test('a service, for callers by HTTP', async (t) => {
  const taskDir = functionFolder(t);
  await using service = createLambdaService({ onEvent: (name, { type }) => heard.add(`${name} ${type}`) });
  const heard = new Set<string>();
  service.create({ functionName: 'orders', runtime, taskDir, timeoutMs });
  service.create({ functionName: 'bills', runtime, taskDir, timeoutMs, concurrency: 1 });
  const { port } = await service.listen();
  const invoke = async (name: string) => {
    const url = `http://127.0.0.1:${port}/2015-03-31/functions/${name}/invocations`;
    const answer = await fetch(url, { method: 'POST', body: '{"b":2}' });
    return [answer.status, await answer.json()];
  };
  t.strictSame(await invoke('orders'), [200, { event: { b: 2 }, name: 'orders' }]);
  await service.update('orders', { environment: { COLOUR: 'red' } });
  t.strictSame(await invoke('orders'), [200, { event: { b: 2 }, name: 'orders', colour: 'red' }]);
  t.strictSame(await invoke('bills'), [200, { event: { b: 2 }, name: 'bills' }]);
  await service.remove('bills');
  t.match(await invoke('bills'), [404, { Message: /bills$/ }]);
  t.ok(heard.has('orders invocation-completed') && heard.has('bills invocation-completed'));
});

t.test('a program that has closed its sandbox ends by itself', async (t) => {
  const program = join(functionFolder(t), 'program.mts');
  writeFileSync(
    program,
    `import { createLambdaService, createRuntimeApi, createSandbox } from 'lambda-bootstraps';
const sandbox = createSandbox({ runtime: '${runtime}', taskDir: import.meta.dirname });
const service = createLambdaService();
await service.listen();
const api = createRuntimeApi();
await api.open({ functionName: 'orders' });
console.log((await sandbox.invoke(1)).payload);
await Promise.all([sandbox.close(), service.close(), api.close()]);`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program]);
  t.match(stdout, /"event":1/);
});
