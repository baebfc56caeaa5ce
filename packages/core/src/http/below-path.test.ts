import t from 'tap';
import type { HttpHandler } from '../host.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { belowPath, pathBelow } from './below-path.ts';

t.test('what is below a path', async (t) => {
  t.equal(pathBelow('/lambda', '/lambda/a/b'), '/a/b');
  t.equal(pathBelow('/lambda', '/lambda/'), '/');
  t.equal(pathBelow('/lambda', '/lambda'), '/');
  t.equal(pathBelow('/lambda', '/lambdas/a'), undefined);
  t.equal(pathBelow('/lambda', '/'), undefined);
});

t.test('a handler sees the rest of the path, and all else as it is', async (t) => {
  const { http, request } = createMemoryHost();
  const show: HttpHandler = async (received, reply) => {
    const chunks: string[] = [];
    for await (const chunk of received.chunks()) chunks.push(Buffer.from(chunk).toString());
    const { method, path, query, peer } = received;
    const headers = [...received.headers()];
    const trailer = received.trailer('x-end');
    reply.send(
      200,
      {},
      JSON.stringify({ method, path, query, peer, host: received.header('host'), headers, chunks, trailer }),
    );
  };
  const elsewhere: HttpHandler = (received, reply) => reply.send(404, {}, received.path);
  const { port } = await http.listen(
    { address: '127.0.0.1', port: 0, source: 'test' },
    belowPath('/a', show, elsewhere),
  );
  const answer = await request(`127.0.0.1:${port}`, {
    method: 'PUT',
    path: '/a/b?c=d',
    headers: { Host: 'x' },
    body: 'body',
    trailers: { 'X-End': 'yes' },
    peer: '10.0.0.1',
  });
  t.strictSame(JSON.parse(answer.text), {
    ...{ method: 'PUT', path: '/b', query: 'c=d', peer: '10.0.0.1', host: 'x' },
    ...{ headers: [['host', 'x']], chunks: ['body'], trailer: 'yes' },
  });
  t.match(await request(`127.0.0.1:${port}`, { path: '/b' }), { status: 404, text: '/b' });
});
