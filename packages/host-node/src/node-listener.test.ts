import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler } from '@lambda-bootstraps/core';
import t, { type Test } from 'tap';
import { nodeListener } from './node-listener.ts';

/** A server of the user's own; gives its URL. */
async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo: HttpHandler = async (request, reply) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.chunks()) chunks.push(chunk);
  reply.send(200, { 'X-Peer': request.peer }, `${request.method} ${request.path} ${Buffer.concat(chunks)}`);
};

t.test("a handler in a server of one's own", async (t) => {
  const url = await serve(t, nodeListener(echo));
  const answer = await fetch(`${url}/a/b?c`, { method: 'POST', body: 'body' });
  t.equal(answer.headers.get('x-peer'), '127.0.0.1');
  t.equal(await answer.text(), 'POST /a/b body');
});

t.test('below a path', async (t) => {
  for (const prefix of ['/lambda', '/lambda/']) {
    const url = await serve(t, nodeListener(echo, { prefix }));
    t.equal(await (await fetch(`${url}/lambda/a`)).text(), 'GET /a ');
    t.equal(await (await fetch(`${url}/lambda`)).text(), 'GET / ');
    t.equal((await fetch(`${url}/lambdas`)).status, 404);
  }
});

t.test('a body that somebody else has read is told, not taken for none', async (t) => {
  const listener = nodeListener(echo);
  const url = await serve(t, async (request, response) => {
    for await (const chunk of request) void chunk;
    listener(request, response);
  });
  const answer = await fetch(url, { method: 'POST', body: 'body' });
  t.equal(answer.status, 500);
  t.match(await answer.text(), /ahead of everything that parses bodies/);
  t.equal((await fetch(url)).status, 200, 'a request without one is none the worse for it');
});

t.test('a handler that fails', async (t) => {
  const url = await serve(
    t,
    nodeListener(() => {
      throw new Error('no idea');
    }),
  );
  const answer = await fetch(url);
  t.equal(answer.status, 500);
  t.match(await answer.text(), /no idea/);
});
