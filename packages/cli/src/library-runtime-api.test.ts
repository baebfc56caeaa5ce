import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RuntimeEnvironment, SharedRuntimeApi } from '@lambda-bootstraps/core';
import { nodeListener } from '@lambda-bootstraps/host-node';
import t from 'tap';
import { buildGoFunction } from '../../../runtimes/provided/conformance/go-target.ts';
import { need } from '../../../tooling/needs.mjs';
import { createRuntimeApi } from './library-runtime-api.ts';

// Runtimes that this test starts, with what an environment says.
t.setTimeout(120_000);

/** A custom runtime as the service's tutorial has it: it puts the variable before the paths. */
const bootstrap = `
while :; do
  head=$(mktemp)
  event=$(curl -sS -D "$head" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next") || exit 1
  id=$(sed -n 's/^lambda-runtime-aws-request-id: *\\([^[:cntrl:]]*\\).*/\\1/Ip' "$head")
  rm "$head"
  case $event in '"exit"') exit 3 ;; '"hang"') while :; do :; done ;; esac
  echo "$_HANDLER has $event"
  curl -sS -o /dev/null -d "[\\"$_HANDLER\\",$event]" \\
    "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response"
done`;

/** Starts a runtime with what its environment says, and tells that what becomes of it. */
function start(environment: RuntimeEnvironment, command = 'bash', args = ['--norc', '-c', bootstrap]): void {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...environment.variables },
    detached: true,
  });
  const pid = child.pid!;
  environment.started({ kill: () => process.kill(-pid, 'SIGKILL') });
  child.stdout.on('data', (bytes) => environment.wrote('stdout', bytes));
  child.stderr.on('data', (bytes) => environment.wrote('stderr', bytes));
  child.on('close', (code, signal) => environment.exited({ code, signal }));
}

const skip = process.platform === 'win32' ? 'needs bash' : need('curl');

t.test('runtimes of others, several on a port', { skip }, async (t) => {
  await using api = createRuntimeApi();
  const environments = await Promise.all(
    ['one', 'two'].map((handler) => api.open({ functionName: 'orders', handler, timeoutMs: 30_000 })),
  );
  const ports = environments.map(({ runtimeApi }) => /:(\d+)\/orders\/\d+$/.exec(runtimeApi)?.[1]);
  t.equal(ports[0], ports[1]);
  t.not(environments[0]?.runtimeApi, environments[1]?.runtimeApi);
  for (const environment of environments) {
    start(environment);
    t.equal(await environment.ready(), true);
  }
  const results = await Promise.all(
    environments.map((environment, index) => environment.invoke(index, { tail: true })),
  );
  t.strictSame(
    results.map(({ payload }) => payload),
    ['["one",0]', '["two",1]'],
  );
  t.match(results[0]?.logTail, /one has 0\n/);

  const [first] = environments;
  t.match(await first!.invoke('exit'), { payload: /exit status 3/, functionError: 'Unhandled' });
  t.match(await first!.ended, { kind: 'exit', exit: { code: 3 } });
  t.equal((await environments[1]!.invoke(2)).payload, '["two",2]', 'the other goes on');
});

t.test('a runtime that takes too long is ended with all it started', { skip }, async (t) => {
  await using api = createRuntimeApi();
  const environment = await api.open({ functionName: 'orders', handler: 'h', timeoutMs: 1_000 });
  start(environment);
  t.match(await environment.invoke('hang'), { payload: /Task timed out after 1.00 seconds/ });
  t.strictSame(await environment.ended, { kind: 'timeout' });
});

t.test('an official client keeps the path', { skip: need('go') }, async (t) => {
  await using api = createRuntimeApi();
  const folder = await buildGoFunction();
  const environments = await Promise.all(
    ['echo', 'throws'].map((handler) => api.open({ functionName: handler, handler, timeoutMs: 30_000 })),
  );
  for (const environment of environments) start(environment, join(folder, 'bootstrap'), []);
  const [echo, throws] = await Promise.all(environments.map((environment) => environment.invoke({ a: 1 })));
  t.match(echo, { payload: '{"a":1}', functionError: undefined });
  t.match(throws, { payload: /errorMessage/, functionError: 'Unhandled' });
});

t.test("below a path of a server of one's own", { skip }, async (t) => {
  const server = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  await using api = createRuntimeApi({ authority: `127.0.0.1:${port}/runtimes` });
  const listener = nodeListener(api.handler, { prefix: '/runtimes' });
  t.type(api, SharedRuntimeApi);
  const environment = await api.open({ functionName: 'orders', handler: 'h', timeoutMs: 30_000 });
  t.equal(environment.runtimeApi, `127.0.0.1:${port}/runtimes/orders/1`);
  start(environment);
  t.equal((await environment.invoke(1)).payload, '["h",1]');
});
