import t, { type Test } from 'tap';
import { encodeText } from '../bytes.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import { createMemoryHost, type MemoryHostOptions } from '../testing/memory-host.ts';
import type { MemoryRequest } from '../testing/memory-http.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { type OpenOptions, SharedRuntimeApi, type SharedRuntimeApiOptions } from './shared-runtime-api.ts';

const next = '/2018-06-01/runtime/invocation/next';

function open(t: Test, options: Partial<SharedRuntimeApiOptions> = {}, hostOptions: MemoryHostOptions = {}) {
  const memory = createMemoryHost(hostOptions);
  const events: [string, LifecycleEvent][] = [];
  const api = new SharedRuntimeApi({
    host: memory.host,
    onEvent: (name, event) => events.push([name, event]),
    ...options,
  });
  t.teardown(() => api.close());
  /** A request of a client that puts the value of AWS_LAMBDA_RUNTIME_API before its paths. */
  const fetch: Fetch = (runtimeApi, path, request = {}) => {
    const [authority = '', ...prefix] = runtimeApi.split('/');
    return memory.request(authority, { ...request, path: ['', ...prefix].join('/') + path });
  };
  return { api, memory, events, fetch, start: startBy(fetch) };
}

type Fetch = (
  runtimeApi: string,
  path: string,
  request?: Partial<MemoryRequest>,
) => ReturnType<ReturnType<typeof createMemoryHost>['request']>;

/** A runtime that answers each event with its own name in front. */
const startBy = (fetch: Fetch) => (environment: RuntimeEnvironment, name: string) => {
  const killed: string[] = [];
  environment.started({
    kill: () => {
      killed.push(name);
      environment.exited({ code: null, signal: 'SIGKILL' });
    },
  });
  const serve = async (): Promise<void> => {
    for (;;) {
      const { headers, text } = await fetch(environment.variables.AWS_LAMBDA_RUNTIME_API ?? '', next);
      const id = headers['lambda-runtime-aws-request-id'];
      if (text === '"exit"') return environment.exited({ code: 3, signal: null });
      if (text === '"hang"') return;
      environment.wrote('stdout', encodeText(`${name} has ${text}\n`));
      const path = `/2018-06-01/runtime/invocation/${id}/response`;
      await fetch(environment.runtimeApi, path, { method: 'POST', body: `["${name}",${text}]` });
    }
  };
  // Its poll breaks when the environment ends.
  serve().catch(() => undefined);
  return { killed };
};

t.test('several functions and environments on one port', async (t) => {
  const { api, memory, start, events } = open(t);
  const orders = await api.open({ functionName: 'orders', handler: 'app.take', environment: { TABLE: 'o' } });
  const again = await api.open({ functionName: 'orders' });
  const bills = await api.open({ functionName: 'bills', region: 'eu-west-1' });
  t.equal(memory.http.ports.length, 1);
  const authority = `127.0.0.1:${memory.http.ports[0]}`;
  t.strictSame(
    [orders, again, bills].map(({ runtimeApi }) => runtimeApi),
    [`${authority}/orders/1`, `${authority}/orders/2`, `${authority}/bills/3`],
  );
  t.match(orders.variables, {
    AWS_LAMBDA_RUNTIME_API: orders.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: 'orders',
    _HANDLER: 'app.take',
    LAMBDA_TASK_ROOT: '/var/task',
    TABLE: 'o',
  });
  t.equal(bills.variables.AWS_REGION, 'eu-west-1');
  t.equal(orders.isReady, false);
  for (const [name, environment] of Object.entries({ orders, again, bills })) start(environment, name);
  t.equal(await orders.ready(), true);
  t.equal(orders.isReady, true);
  const answers = await Promise.all([orders, again, bills].map((one, index) => one.invoke(index, { tail: true })));
  t.strictSame(
    answers.map(({ payload }) => payload),
    ['["orders",0]', '["again",1]', '["bills",2]'],
  );
  t.match(answers[0]!.logTail, /^START .*\norders has 0\nEND /);
  t.strictSame(
    events
      .filter(([, { type }]) => type === 'invocation-completed')
      .map(([name]) => name)
      .sort(),
    ['bills', 'orders', 'orders'],
  );
});

t.test('the exit of a runtime ends its environment', async (t) => {
  const { api, start } = open(t);
  const environment = await api.open({ functionName: 'orders' });
  start(environment, 'one');
  const types: string[] = [];
  const reading = (async () => {
    for await (const { type } of environment.events) types.push(type);
  })();
  const [exits, waits] = [environment.invoke('exit'), environment.invoke('waits')];
  waits.catch(() => undefined);
  t.match(await exits, { functionError: 'Unhandled', payload: /Runtime exited with error: exit status 3/ });
  await t.rejects(waits, { code: 'ERR_ENVIRONMENT_ENDED' });
  t.strictSame(await environment.ended, { kind: 'exit', exit: { code: 3, signal: null } });
  await t.rejects(environment.invoke(1), { code: 'ERR_ENVIRONMENT_ENDED', message: /orders/ });
  t.equal(environment.isReady, false);
  await reading;
  t.equal(types.at(-1), 'environment-stopped');
  t.equal(types.filter((type) => type === 'environment-starting').length, 0, 'no other is started in its place');

  const other = await api.open({ functionName: 'orders' });
  start(other, 'two');
  t.equal((await other.invoke(1)).payload, '["two",1]');
});

t.test('a timeout ends the runtime', async (t) => {
  const { api, start } = open(t);
  const environment = await api.open({ functionName: 'orders', timeoutMs: 50 });
  const { killed } = start(environment, 'one');
  t.match(await environment.invoke('hang'), { payload: /Task timed out after 0.05 seconds/ });
  t.strictSame(await environment.ended, { kind: 'timeout' });
  t.ok(killed.includes('one'));
});

t.test('a runtime that never comes has the ten seconds of initialization', async (t) => {
  const clock = new ManualClock();
  const { api } = open(t, {}, { clock });
  const environment = await api.open({ functionName: 'orders' });
  let kills = 0;
  environment.started({ kill: () => kills++ });
  const waiting = environment.invoke(1);
  waiting.catch(() => undefined);
  await clock.advance(9_999);
  t.equal(kills, 0);
  await clock.advance(1_000);
  t.ok(kills > 0);
  t.equal(await environment.ready(), false);
  t.strictSame(await environment.ended, { kind: 'init-timeout' });
  await t.rejects(waiting, { code: 'ERR_ENVIRONMENT_ENDED' });
});

t.test('a runtime that is started after its environment was closed is ended at once', async (t) => {
  const { api } = open(t);
  const environment = await api.open({ functionName: 'orders' });
  await environment.close();
  await new Promise<void>((kill) => environment.started({ kill }));
  environment.wrote('stdout', encodeText('late'));
  environment.exited({ code: 0, signal: null });
  environment.started({
    kill: () => {
      throw new Error('there is no such process');
    },
  });
  t.equal(await environment.ready(), false);
});

t.test('figures of memory, and what was written before the end', async (t) => {
  const { api, fetch } = open(t);
  const environment = await api.open({ functionName: 'orders' });
  environment.started({
    kill: () => undefined,
    peakMemoryBytes: () => 7 * 1_048_576,
    drain: async () => environment.wrote('stdout', encodeText('at last\n')),
  });
  const invoking = environment.invoke({}, { report: true, tail: true });
  const delivered = await fetch(environment.runtimeApi, next);
  const path = `/2018-06-01/runtime/invocation/${delivered.headers['lambda-runtime-aws-request-id']}/response`;
  await fetch(environment.runtimeApi, path, { method: 'POST', body: '1' });
  const back = fetch(environment.runtimeApi, next);
  back.catch(() => undefined);
  const { report, logTail } = await invoking;
  t.equal(report?.maxMemoryUsedMb, 7);
  t.match(logTail, /\nat last\n/);
});

t.test('a port of its own, for clients that know no path', async (t) => {
  const { api, memory, start } = open(t);
  const environment = await api.open({ functionName: 'orders', ownPort: true });
  t.equal(environment.runtimeApi, `127.0.0.1:${memory.http.ports[0]}`);
  start(environment, 'one');
  t.equal((await environment.invoke(1)).payload, '["one",1]');
  await environment.close();
  t.strictSame(memory.http.ports, []);
});

t.test('what is at no path', async (t) => {
  const { api, fetch, memory } = open(t);
  const environment = await api.open({ functionName: 'orders' });
  const authority = `127.0.0.1:${memory.http.ports[0]}`;
  t.match(await fetch(`${authority}/orders/9`, next), { status: 404, text: /No execution environment is at/ });
  t.match(await fetch(authority, next), { status: 404, text: /needs a port of its own/ });
  t.match(await fetch(environment.runtimeApi, '/elsewhere'), { status: 404, text: /No such route/ });
  await environment.close();
  t.match(await fetch(environment.runtimeApi, next), { status: 404 });
});

t.test('who may ask', async (t) => {
  const strict = open(t);
  const { runtimeApi } = await strict.api.open({ functionName: 'orders' });
  t.match(await strict.fetch(runtimeApi, next, { peer: '172.17.0.2' }), { status: 403, text: /loopback peers only/ });

  const bridge = open(t, { allowPeer: (address) => address.startsWith('172.17.') });
  await bridge.api.listen({ host: '0.0.0.0', advertisedHost: 'host.docker.internal' });
  const environment = await bridge.api.open({ functionName: 'orders' });
  t.match(environment.runtimeApi, /^host\.docker\.internal:\d+\/orders\/1$/);
  const reached = environment.runtimeApi.replace('host.docker.internal', '127.0.0.1');
  t.match(await bridge.fetch(reached, next, { peer: '127.0.0.1' }), { status: 403, text: /known peers only/ });
  const invoking = environment.invoke(7);
  const delivered = await bridge.fetch(reached, next, { peer: '172.17.0.2' });
  t.equal(delivered.text, '7');
  environment.exited({ code: 0, signal: null });
  await invoking;
});

t.test('mounted in a server of another', async (t) => {
  const memory = createMemoryHost();
  const server = await memory.http.listen({ address: '127.0.0.1', port: 0, source: 'test' }, (request, reply) =>
    api.handler(request, reply),
  );
  const authority = `127.0.0.1:${server.port}`;
  const api = new SharedRuntimeApi({ host: memory.host, authority });
  t.teardown(() => api.close());
  const environment = await api.open({ functionName: 'orders' });
  t.equal(environment.runtimeApi, `${authority}/orders/1`);
  t.strictSame(memory.http.ports, [server.port], 'it opens none of its own');
  const poll = memory.request(authority, { path: `/orders/1${next}` });
  const invoking = environment.invoke('here');
  t.equal((await poll).text, '"here"');
  environment.exited({ code: 0, signal: null });
  await invoking;
});

t.test('a port that cannot be had is asked for once', async (t) => {
  const { memory, api } = open(t);
  const taken = await memory.http.listen({ address: '127.0.0.1', port: 0, source: 'test' }, () => undefined);
  await t.rejects(api.listen({ port: taken.port }), { code: 'ERR_PORT_IN_USE' });
  t.not((await api.listen()).port, taken.port, 'another will do');
  await taken.close();
});

t.test('what is closed opens nothing', async (t) => {
  const { memory, api } = open(t);
  const opening = api.open({ functionName: 'orders' });
  await api.close();
  await t.rejects(opening, { code: 'ERR_SANDBOX_CLOSED' }, 'closed meanwhile');
  await t.rejects(api.open({ functionName: 'orders' }), { code: 'ERR_SANDBOX_CLOSED' });
  t.strictSame(memory.http.ports, []);
});

t.test('settings that cannot be', async (t) => {
  const { api, memory } = open(t);
  const attempt = (options: Partial<OpenOptions>) => api.open({ functionName: 'orders', ...options });
  await t.rejects(attempt({ functionName: 'a/b' }), { code: 'ERR_INVALID_ARGUMENT' });
  await t.rejects(attempt({ timeoutMs: 0, ownPort: true }), { code: 'ERR_INVALID_NUMBER' });
  await t.rejects(attempt({ environment: { AWS_LAMBDA_RUNTIME_API: 'x' } }), { code: 'ERR_RESERVED_VARIABLE' });
  await settle();
  t.equal(memory.http.ports.length, 1, 'the port of its own is closed');
});
