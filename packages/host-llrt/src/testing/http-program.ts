// A server for http-server.test.ts: what its handlers hear goes to standard output, a line each.
import type { HttpHandler, HttpRequest } from '@lambda-bootstraps/core';
import { decodeText, encodeText } from '@lambda-bootstraps/core';
import { llrtHost, native } from '../index.ts';

const say = (line: string): void => native.write(1, `${line}\n`);
const text = { 'Content-Type': 'text/plain' };

async function bodyOf(request: HttpRequest): Promise<string> {
  let body = '';
  for await (const chunk of request.chunks()) body += decodeText(chunk);
  return body;
}

const handlers: Readonly<Record<string, HttpHandler>> = {
  async '/echo'(request, reply) {
    const { method, query, peer } = request;
    const headers = ['x-one', 'x-many', 'x-none'].map((name) => request.header(name) ?? null);
    const body = await bodyOf(request);
    const lines = [...request.headers()].filter(([name]) => name.startsWith('x-'));
    const trailers = ['x-t', 'x-n'].map((name) => request.trailer(name) ?? null);
    reply.send(
      201,
      { 'X-Answer': 'gr\xfc\xdfe' },
      JSON.stringify({ method, query, peer, headers, lines, body, trailers }),
    );
  },
  '/ignore': (_, reply) => reply.send(200, text, 'ignored'),
  async '/slow'(request, reply) {
    await new Promise<void>((resolve) => void llrtHost.clock.timer(Number(request.query), resolve));
    reply.send(200, text, `slow ${request.query}`);
  },
  async '/pieces'(request, reply) {
    try {
      for await (const chunk of request.chunks()) say(`piece ${decodeText(chunk)}`);
      reply.send(200, text, 'all');
    } catch (error) {
      say(`broken: ${(error as Error).message}`);
      reply.send(200, text, 'into the void');
    }
  },
  '/hold'(_, reply) {
    say('held');
    reply.onHangUp(() => {
      say('gone');
    });
  },
  '/late'(_, reply) {
    say('held');
    reply.onHangUp(() => reply.send(200, text, 'you are still there'));
  },
  '/heard'(_, reply) {
    reply.onHangUp(() => say('wrong: answered before'));
    reply.send(200, text, 'heard');
  },
  '/throws'() {
    throw new Error('at "once"');
  },
  '/rejects': () => Promise.reject(new Error('later')),
  async '/rejects-deep'() {
    const inner = async (): Promise<void> => {
      throw new Error('from below');
    };
    return (async () => inner())();
  },
  async '/breaks'(_, reply) {
    await reply.stream(200, text).write(encodeText('half'));
    throw new Error('broken');
  },
  async '/aborts'(_, reply) {
    const stream = reply.stream(200, text);
    await stream.write(encodeText('half'));
    stream.abort();
  },
  async '/gives-up'(request, reply) {
    for await (const _ of request.chunks()) break;
    reply.send(413, text, 'too much');
  },
  '/empty'(_, reply) {
    reply.send(204, {}, 'never seen');
    reply.send(500, {}, 'never seen');
  },
  '/bytes': (_, reply) =>
    reply.send(
      200,
      text,
      Uint8Array.from({ length: 256 }, (_, index) => index),
    ),
  '/lists': (_, reply) => reply.send(200, { 'Set-Cookie': ['a=1', 'b=2'] }, 'whole'),
  '/streamed-lists': (_, reply) => reply.stream(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end(),
  '/bad-header': (_, reply) => reply.send(200, { 'X-Bad': 'a\nb' }, ''),
  async '/stream'(request, reply) {
    const stream = reply.stream(200, text);
    const chunk = new Uint8Array(1_048_576);
    for (let written = 1; written <= Number(request.query); written++) {
      try {
        await stream.write(chunk);
      } catch (error) {
        return say(`write failed: ${(error as Error).message}`);
      }
      say(`written ${written}`);
    }
    stream.end();
  },
  /** Nobody waits between the pieces: they keep their order all the same. */
  '/hasty'(_, reply) {
    const stream = reply.stream(200, text);
    for (const piece of ['one,', 'two,', 'three']) void stream.write(encodeText(piece));
    stream.end();
  },
  async '/memory'(_, reply) {
    reply.send(200, text, await llrtHost.files.read('/proc/self/status'));
  },
  async '/files'(_, reply) {
    reply.send(200, text, String((await llrtHost.files.list('/proc/self/fd')).length));
  },
};

const unknown: HttpHandler = (request, reply) => reply.send(404, text, request.path);

const server = await llrtHost.http.listen({ address: '127.0.0.1', port: 0, source: '--port' }, (request, reply) => {
  if (request.path === '/stop' || request.path === '/close') {
    reply.send(200, text, 'ending');
    const startedAt = llrtHost.clock.monotonic();
    const ended = request.path === '/stop' ? server.stop() : server.close();
    return ended.then(() => say(`ended after ${Math.round(llrtHost.clock.monotonic() - startedAt)}`));
  }
  return (handlers[request.path] ?? unknown)(request, reply);
});

for (const address of ['127.0.0.1', '203.0.113.1', 'no such name.invalid']) {
  await llrtHost.http
    .listen({ address, port: server.port, source: '--port' }, unknown)
    .catch((error: { code: string }) => say(`listen ${address}: ${error.code}`));
}
await llrtHost.http
  .listen({ address: '127.0.0.1', port: 70_000, source: '--port' }, unknown)
  .catch((error: { code: string }) => say(`listen at 70000: ${error.code}`));
// What becomes of slow heads, without waiting the minute that they have elsewhere.
const hasty = await native.listen('127.0.0.1', 0, 700, (exchange) => exchange.send(200, text, 'in time'));
say(`hasty at ${hasty.port}`);
say(`port ${server.port}`);
