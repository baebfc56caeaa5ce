import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FetchPeer, fetchHandler, type LambdaService } from '@lambda-bootstraps/core';
import { nodeListener } from '@lambda-bootstraps/host-node';
import express from 'express';
import fastify from 'fastify';
import t, { type Test } from 'tap';
import { createLambdaService } from './library-service.ts';
import { functionFolder, runtime } from './testing/library-functions.ts';

// One service of real functions, in the servers that emulators are made of.
t.setTimeout(120_000);

const invoke = '/2015-03-31/functions/orders/invocations';
const invokeWithStream = '/2021-11-15/functions/stream/response-streaming-invocations';

function createService(t: Test): LambdaService {
  const taskDir = functionFolder(t);
  const service = createLambdaService();
  service.create({ functionName: 'orders', runtime, taskDir, timeoutMs: 60_000 });
  service.create({ functionName: 'stream', runtime, taskDir, handler: 'stream.handler', timeoutMs: 60_000 });
  t.teardown(() => service.close());
  return service;
}

/** Whatever serves: a function is invoked, one streams, and one that is not there is missed. */
async function isServed(t: Test, ask: (path: string, body: string) => Promise<Response>): Promise<void> {
  const answer = await ask(invoke, '{"a":[1]}');
  t.equal(answer.status, 200);
  t.match(answer.headers.get('x-amzn-requestid'), /^[0-9a-f-]{36}$/);
  t.strictSame(await answer.json(), { event: { a: [1] }, name: 'orders' });

  const streamed = await ask(invokeWithStream, '{"pieces":["one","two"]}');
  t.equal(streamed.headers.get('content-type'), 'application/vnd.amazon.eventstream');
  t.match(await streamed.text(), /one[\s\S]*two[\s\S]*InvokeComplete/);

  const large = JSON.stringify('x'.repeat(1_000_000));
  t.equal((await ask(invoke, large)).status, 200, 'a megabyte');
  const missing = await ask(invoke.replace('orders', 'nobody'), '{}');
  t.equal(missing.status, 404);
  t.equal(missing.headers.get('x-amzn-errortype'), 'ResourceNotFoundException');
}

/** Asks by HTTP, as an AWS SDK would with its endpoint at `url`. */
const by = (url: string) => (path: string, body: string) =>
  fetch(url + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });

t.test('node:http', async (t) => {
  const { handler } = createService(t);
  const server = createServer(nodeListener(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  await isServed(t, by(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});

t.test('Express', async (t) => {
  const { handler } = createService(t);
  const app = express();
  app.use('/lambda', nodeListener(handler));
  app.use(express.json());
  app.post('/mine', (request, response) => void response.json({ mine: request.body }));
  app.use('/late', nodeListener(handler));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await isServed(t, by(`${url}/lambda`));
  t.strictSame(await (await by(url)('/mine', '{"b":2}')).json(), { mine: { b: 2 } });
  const late = await by(`${url}/late`)(invoke, '{}');
  t.match(await late.text(), /ahead of everything that parses bodies/, 'a body that is gone is told');
});

t.test('Fastify', async (t) => {
  const { handler } = createService(t);
  const listener = nodeListener(handler, { prefix: '/lambda' });
  const app = fastify({ forceCloseConnections: true });
  app.post('/mine', async (request) => ({ mine: request.body }));
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      scope.all('/*', (request, reply) => {
        reply.hijack();
        listener(request.raw, reply.raw);
      });
    },
    { prefix: '/lambda' },
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  await isServed(t, by(`${url}/lambda`));
  t.strictSame(await (await by(url)('/mine', '{"b":2}')).json(), { mine: { b: 2 } });
});

t.test('a server of Request and Response', async (t) => {
  const { handler } = createService(t);
  const handle: (request: Request, peer?: FetchPeer) => Promise<Response> = fetchHandler(handler);
  await isServed(t, (path, body) =>
    handle(new Request(`http://localhost:3000${path}`, { method: 'POST', body }), { peer: '127.0.0.1' }),
  );
});
