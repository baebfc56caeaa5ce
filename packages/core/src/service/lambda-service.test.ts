import t, { type Test } from 'tap';
import { echoRuntime } from '../testing/echo-runtime.ts';
import { memoryFunctions } from '../testing/memory-functions.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import { LambdaService, type LambdaServiceOptions } from './lambda-service.ts';

/** Answers with its own environment's name and colour. */
async function who(context: MemoryContext): Promise<void> {
  const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_REGION: region, COLOUR: colour = 'none' } = context.environment;
  for (;;) {
    const { headers } = await context.fetch('/2018-06-01/runtime/invocation/next');
    const path = `/2018-06-01/runtime/invocation/${headers['lambda-runtime-aws-request-id']}/response`;
    await context.fetch(path, { method: 'POST', body: JSON.stringify({ name, region, colour }) });
  }
}

async function serve(t: Test, options: Partial<LambdaServiceOptions> = {}) {
  const { memory, resolve } = memoryFunctions({
    who,
    echo: echoRuntime(),
    silent: ({ ended }: MemoryContext) => ended,
  });
  const service = new LambdaService({ host: memory.host, resolve, ...options });
  const server = await service.listen();
  t.teardown(() => service.close());
  const authority = `127.0.0.1:${server.port}`;
  return {
    service,
    memory,
    request: (path: string, method = 'GET', headers: Record<string, string> = {}) =>
      memory.request(authority, { path, method, headers }),
    invoke: (name: string, body = '{}', headers: Record<string, string> = {}) =>
      memory.request(authority, {
        method: 'POST',
        path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
        body,
        headers,
      }),
  };
}

t.test('functions behind one Invoke API, each by its name and its ARNs', async (t) => {
  const { service, invoke } = await serve(t, { region: 'eu-west-1', accountId: '111111111111' });
  const orders = service.create({ functionName: 'orders', runtime: 'who' });
  service.create({ functionName: 'bills', runtime: 'who', region: 'us-west-2' });
  t.strictSame(JSON.parse((await invoke('orders')).text), { name: 'orders', region: 'eu-west-1', colour: 'none' });
  t.strictSame(JSON.parse((await invoke('bills')).text), { name: 'bills', region: 'us-west-2', colour: 'none' });
  const { invokedFunctionArn } = orders.config;
  t.equal(invokedFunctionArn, 'arn:aws:lambda:eu-west-1:111111111111:function:orders');
  for (const name of [invokedFunctionArn, `${invokedFunctionArn}:live`, '111111111111:function:orders', 'orders:7']) {
    t.match((await invoke(name)).text, /"orders"/, name);
  }
  t.equal(service.get('orders'), orders);
  t.strictSame(
    service.list().map(({ functionName }) => functionName),
    ['orders', 'bills'],
  );
});

t.test('what is not there', async (t) => {
  const { service, invoke, request } = await serve(t, { region: 'eu-west-1' });
  service.create({ functionName: 'orders', runtime: 'who' });
  const missing = await invoke('order');
  const message = 'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:order';
  t.match(missing, { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } });
  t.strictSame(JSON.parse(missing.text), { Message: message, Type: 'User', message });
  const arn = 'arn:aws:lambda:us-east-1:999999999999:function:nobody';
  t.equal(JSON.parse((await invoke(arn)).text).Message, `Function not found: ${arn}`);
  t.equal((await invoke('not a name')).status, 404);
  t.match(await request('/elsewhere'), { status: 404, headers: { 'x-amzn-errortype': 'UnknownOperationException' } });
  t.equal(service.get('order'), undefined);
});

t.test('what is beside the Invoke API', async (t) => {
  const { request } = await serve(t, { otherwise: (_, reply) => reply.send(200, {}, 'mine') });
  t.match(await request('/elsewhere'), { status: 200, text: 'mine' });
  t.match(await request('/2018-06-01/ping'), { status: 200, text: 'pong' });
  t.match(await request('/healthz'), { status: 200, text: 'ok' });
  t.match(await request('/readyz'), { status: 200, text: 'ready' });
  t.match(await request('/readyz', 'POST'), { status: 405, headers: { allow: 'GET, HEAD' } });
});

t.test('pages of other sites are refused where that is asked for', async (t) => {
  const strict = await serve(t, { refuseForeign: true });
  strict.service.create({ functionName: 'orders', runtime: 'who' });
  const page = { origin: 'https://example.com', host: 'localhost' };
  t.equal((await strict.invoke('orders', '{}', page)).status, 403);
  t.equal((await strict.invoke('nobody', '{}', page)).status, 403, 'nor told what is there');
  t.equal((await strict.invoke('orders', '{}', { host: 'example.com' })).status, 403);
  t.equal((await strict.invoke('orders', '{}', { host: 'localhost' })).status, 200);
  const open = await serve(t);
  open.service.create({ functionName: 'orders', runtime: 'who' });
  t.equal((await open.invoke('orders', '{}', page)).status, 200);
});

t.test('a function is changed while the service runs', async (t) => {
  const { service, invoke } = await serve(t);
  const made = service.create({ functionName: 'orders', runtime: 'who' });
  t.match((await invoke('orders')).text, /"none"/);
  t.equal(await service.update('orders', { environment: { COLOUR: 'red' } }), made);
  t.match((await invoke('orders')).text, /"red"/);
  await service.update('orders');
  t.match((await invoke('orders')).text, /"red"/);
  await made.update({ environment: { COLOUR: 'blue' }, functionName: 'other' });
  t.strictSame(JSON.parse((await invoke('orders')).text), { name: 'orders', region: 'us-east-1', colour: 'blue' });
  await t.rejects(service.update('orders', { functionName: 'other' }), { code: 'ERR_INVALID_ARGUMENT' });
  await t.rejects(service.update('nobody', {}), { code: 'ERR_UNKNOWN_FUNCTION', message: /There are orders/ });
  await t.rejects(service.update('orders', { timeoutMs: 0 }), { code: 'ERR_INVALID_NUMBER' });
});

t.test('a name is taken once', async (t) => {
  const { service } = await serve(t);
  service.create({ functionName: 'orders', runtime: 'who' });
  t.throws(() => service.create({ functionName: 'orders', runtime: 'who' }), { code: 'ERR_FUNCTION_EXISTS' });
  for (const functionName of ['', 'a/b', 'a:b', 'x'.repeat(65)]) {
    t.throws(() => service.create({ functionName, runtime: 'who' }), { code: 'ERR_INVALID_ARGUMENT' }, functionName);
  }
  t.throws(() => service.create({ functionName: 'late', runtime: 'who', memorySizeMb: 0.5 }), {
    code: 'ERR_INVALID_NUMBER',
  });
  t.equal(service.get('late'), undefined);
});

t.test('a function is removed; what is under way in it is answered', async (t) => {
  const { service, invoke } = await serve(t);
  service.create({ functionName: 'orders', runtime: 'silent', timeoutMs: 60_000 });
  const started = new Promise<void>((resolve) => {
    service.subscribe((_, { type }) => type === 'environment-starting' && resolve());
  });
  const underWay = invoke('orders');
  await started;
  await service.remove('orders');
  t.match(await underWay, { status: 200, text: /signal: killed/ });
  t.equal((await invoke('orders')).status, 404);
  await t.rejects(service.remove('orders'), { code: 'ERR_UNKNOWN_FUNCTION', message: /There is none/ });
  service.create({ functionName: 'orders', runtime: 'who' });
  t.equal((await invoke('orders')).status, 200, 'its name is free again');
});

t.test('one subscription hears of every function, also of later ones', async (t) => {
  const { service, invoke } = await serve(t);
  const heard: string[] = [];
  const unsubscribe = service.subscribe((name, { type }) => {
    if (type === 'invocation-received') heard.push(name);
  });
  service.create({ functionName: 'orders', runtime: 'who' });
  await invoke('orders');
  service.create({ functionName: 'bills', runtime: 'who' });
  await invoke('bills');
  unsubscribe();
  await invoke('orders');
  t.strictSame(heard, ['orders', 'bills']);
});

t.test('events of each function are retried by themselves', async (t) => {
  const sentences: string[] = [];
  let givenUp: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    givenUp = resolve;
  });
  const { service, invoke } = await serve(t, {
    retryDelaysMs: [0],
    notice: (sentence) => {
      sentences.push(sentence);
      if (sentence.endsWith('given up.')) givenUp();
    },
  });
  service.create({ functionName: 'orders', runtime: 'echo' });
  t.equal((await invoke('orders', '{"do":"throw"}', { 'x-amz-invocation-type': 'Event' })).status, 202);
  await end;
  t.equal(sentences.length, 2);
});

t.test('stop lets everything end; a service that is closed takes nothing', async (t) => {
  const { service, invoke, memory } = await serve(t);
  service.create({ functionName: 'orders', runtime: 'who' });
  await invoke('orders');
  const stopping = service.stop();
  t.throws(() => service.create({ functionName: 'late', runtime: 'who' }), { code: 'ERR_SANDBOX_CLOSED' }, 'already');
  await stopping;
  t.strictSame(memory.http.ports, [], 'no listener is left');
  t.throws(() => service.create({ functionName: 'late', runtime: 'who' }), { code: 'ERR_SANDBOX_CLOSED' });
  await t.rejects(service.listen(), { code: 'ERR_SANDBOX_CLOSED' });
  await service[Symbol.asyncDispose]();
});
