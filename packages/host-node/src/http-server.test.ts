import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request, type Server } from 'node:http';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import type { HttpHandler, HttpReply, HttpReplyStream, HttpRequest } from '@lambda-bootstraps/core';
import t, { type Test } from 'tap';
import { nodeHttp } from './http-server.ts';

const local = { address: '127.0.0.1', port: 0, source: '--port' };

async function listen(t: Test, handler: HttpHandler) {
  const server = await nodeHttp.listen(local, handler);
  t.teardown(() => server.close());
  return server;
}

/** A client that says what it likes, byte by byte. */
class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  #received = '';

  constructor(port: number) {
    this.socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setEncoding('latin1').on('data', (text) => {
      this.#received += text;
    });
    // How the server ends a connection is seen by what it sent, and by the close.
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('end', () => this.socket.end());
  }

  send(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** All that came, once it matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) await once(this.socket, 'data');
    return this.#received;
  }

  async untilClosed(): Promise<string> {
    await this.closed;
    return this.#received;
  }
}

function connect(t: Test, { port }: { port: number }): RawClient {
  const client = new RawClient(port);
  t.teardown(() => client.socket.destroy());
  return client;
}

async function bodyOf(request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const text = { 'Content-Type': 'text/plain' };
const echo: HttpHandler = async (request, reply) => reply.send(200, text, `${request.path} ${await bodyOf(request)}`);

/** A promise and what settles it. */
function later<Value = void>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** The server's end of the next connection that has a request. */
function serverSocket(t: Test): Promise<Socket> {
  const found = later<Socket>();
  const onRequest = (message: unknown) => found.resolve((message as { socket: Socket }).socket);
  diagnostics.subscribe('http.server.request.start', onRequest);
  t.teardown(() => diagnostics.unsubscribe('http.server.request.start', onRequest));
  return found.promise;
}

t.test('a request as a handler sees it', async (t) => {
  const seen = later<unknown>();
  const server = await listen(t, async (request, reply) => {
    const body = await bodyOf(request);
    const { method, path, query, peer } = request;
    const headers = ['x-one', 'x-many', 'x-none'].map((name) => request.header(name));
    seen.resolve({
      method,
      path,
      query,
      peer,
      headers,
      lines: [...request.headers()],
      body,
      trailers: [request.trailer('x-t'), request.trailer('x-n')],
    });
    reply.send(201, { 'X-Answer': 'yes' }, new Uint8Array([111, 107]));
  });
  const client = connect(t, server);
  client.send('PUT /a%20b/?c=d?e HTTP/1.1\r\nHost: x\r\nX-ONE: 1\r\nX-Many: a\r\nx-many: b\r\n');
  client.send('Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\nX-T: tail\r\n\r\n');
  t.strictSame(await seen.promise, {
    method: 'PUT',
    path: '/a%20b/',
    query: 'c=d?e',
    peer: '127.0.0.1',
    headers: ['1', 'a, b', undefined],
    lines: [
      ['host', 'x'],
      ['x-one', '1'],
      ['x-many', 'a'],
      ['x-many', 'b'],
      ['transfer-encoding', 'chunked'],
      ['trailer', 'X-T'],
    ],
    body: 'one two',
    trailers: ['tail', undefined],
  });
  t.match(await client.until(/ok$/), /^HTTP\/1\.1 201 Created\r\nX-Answer: yes\r\nContent-Length: 2\r\n/);
});

t.test('connections', async (t) => {
  t.test('are kept, and bodies that nobody read do not stand in the way', async (t) => {
    const server = await listen(t, (request, reply) => reply.send(200, text, `[${request.path}]`));
    const client = connect(t, server);
    const large = 'x'.repeat(300_000);
    for (const path of ['/1', '/2', '/3']) {
      client.send(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${large.length}\r\n\r\n${large}`);
      await client.until(new RegExp(`\\[${path}\\]`));
    }
    client.send('GET /last HTTP/1.1\r\nHost: x\r\n\r\n');
    t.equal((await client.until(/\[\/last\]/)).match(/HTTP\/1\.1 200/g)?.length, 4);
  });

  t.test('pipelined requests are answered in their order', async (t) => {
    const first = later();
    const server = await listen(t, async (request, reply) => {
      if (request.path === '/1') await first.promise;
      reply.send(200, text, `[${request.path}]`);
      if (request.path === '/2') first.resolve();
    });
    const client = connect(t, server);
    client.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    t.match(await client.until(/\[\/2\]/), /\[\/1\][\s\S]*\[\/2\]/);
  });

  t.test('a client that has sent all it will send still gets its answer', async (t) => {
    const go = later();
    const server = await listen(t, async (request, reply) => {
      const body = await bodyOf(request);
      await go.promise;
      reply.send(200, text, `got ${body}`);
    });
    const socket = serverSocket(t);
    const client = connect(t, server);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi');
    const ended = once(await socket, 'end');
    client.socket.end();
    await ended;
    go.resolve();
    t.match(await client.untilClosed(), /got hi$/);
  });

  t.test('a slow body comes piece by piece', async (t) => {
    const pieces: string[] = [];
    const arrivals = [later(), later()];
    const server = await listen(t, async (request, reply) => {
      for await (const chunk of request.chunks()) {
        arrivals[pieces.length]?.resolve();
        pieces.push(Buffer.from(chunk).toString());
      }
      reply.send(200, text, 'all');
    });
    const client = connect(t, server);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n');
    client.send('one');
    await arrivals[0]?.promise;
    client.send('two');
    await client.until(/all$/);
    t.strictSame(pieces, ['one', 'two']);
  });

  t.test('no limit of time ends an answer or a request that takes long', async (t) => {
    const found = later<Server>();
    const onRequest = (message: unknown) => found.resolve((message as { server: Server }).server);
    diagnostics.subscribe('http.server.request.start', onRequest);
    t.teardown(() => diagnostics.unsubscribe('http.server.request.start', onRequest));
    const client = connect(t, await listen(t, echo));
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const { requestTimeout, timeout, keepAliveTimeout } = await found.promise;
    t.strictSame({ requestTimeout, timeout, keepAliveTimeout }, { requestTimeout: 0, timeout: 0, keepAliveTimeout: 0 });
  });
});

t.test('clients that vanish', async (t) => {
  t.test('in the middle of a body: whoever reads it is told, and the server lives', async (t) => {
    for (const framing of ['Content-Length: 10\r\n\r\nhalf', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n']) {
      for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
        const begun = later();
        const failure = later<unknown>();
        const server = await listen(t, async (request, reply) => {
          if (request.method === 'GET') return reply.send(200, text, 'alive');
          try {
            for await (const _ of request.chunks()) begun.resolve();
            failure.resolve(undefined);
          } catch (error) {
            failure.resolve(error);
            reply.send(200, text, 'into the void');
          }
        });
        const client = connect(t, server);
        client.send(`POST / HTTP/1.1\r\nHost: x\r\n${framing}`);
        await begun.promise;
        client.socket[leave]();
        t.ok((await failure.promise) instanceof Error, `${framing.slice(0, 9)}, ${leave}`);
        const other = connect(t, server);
        other.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        await other.until(/alive$/);
      }
    }
  });

  t.test('while an answer is held: the callback is called once', async (t) => {
    for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const held = later();
      const gone = later<HttpReply>();
      let calls = 0;
      const server = await listen(t, (_request, reply) => {
        reply.onHangUp(() => {
          calls++;
          gone.resolve(reply);
        });
        held.resolve();
      });
      const client = connect(t, server);
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await held.promise;
      client.socket[leave]();
      (await gone.promise).send(200, text, 'too late');
      await client.closed;
      await server.close();
      t.equal(calls, 1, leave);
    }
  });

  t.test('while an answer is held: no connection is left behind', async (t) => {
    const socket = serverSocket(t);
    const held = later();
    const server = await listen(t, (_request, reply) => {
      reply.onHangUp(() => undefined);
      held.resolve();
    });
    const client = connect(t, server);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await held.promise;
    const closed = once(await socket, 'close');
    client.socket.destroy();
    await closed;
    t.pass('the server closed its end too');
  });

  t.test('after the answer: the callback is not called', async (t) => {
    let calls = 0;
    const server = await listen(t, (request, reply) => {
      reply.onHangUp(() => calls++);
      reply.send(200, text, `[${request.path}]`);
    });
    const client = connect(t, server);
    for (const path of ['/1', '/2']) {
      client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await client.until(new RegExp(`\\[${path}\\]`));
    }
    client.socket.end();
    await client.closed;
    await server.close();
    t.equal(calls, 0);
  });
});

t.test('handlers that fail', async (t) => {
  t.test('at once or later: 500, and the server lives', async (t) => {
    const server = await listen(t, (request, reply) => {
      if (request.path === '/sync') throw new Error('at "once"');
      if (request.path === '/async') return Promise.reject(new Error('later'));
      return reply.send(200, text, 'fine');
    });
    const client = connect(t, server);
    client.send('GET /sync HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = await client.until(/\}$/);
    t.match(answer, /^HTTP\/1\.1 500 .*\r\nContent-Type: application\/json\r\n/);
    t.match(JSON.parse(answer.slice(answer.indexOf('{'))), { Type: 'Service', message: 'at "once"' });
    client.send('GET /async HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/"later"/);
    client.send('GET /fine HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/fine$/);
  });

  t.test('after the answer has begun: the client sees that it is not whole', async (t) => {
    const server = await listen(t, async (_request, reply) => {
      await reply.stream(200, text).write(Buffer.from('half'));
      throw new Error('broken');
    });
    const client = connect(t, server);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = await client.untilClosed();
    t.match(answer, /^HTTP\/1\.1 200 /);
    t.notMatch(answer, /\r\n0\r\n/);
  });

  t.test('a body that is given up halfway does not cost the answer', async (t) => {
    const server = await listen(t, async (request, reply) => {
      for await (const _ of request.chunks()) break;
      reply.send(413, text, 'too much');
    });
    const client = connect(t, server);
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(1_000_000)}`);
    await client.until(/too much$/);
    client.send('x'.repeat(1_000_000));
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx');
    await client.until(/too much[\s\S]*too much$/);
  });
});

t.test('answers', async (t) => {
  t.test('without a body, twice, and of every byte', async (t) => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
    const server = await listen(t, (request, reply) => {
      if (request.path === '/204') reply.send(204, {}, 'never seen');
      reply.send(200, text, everyByte);
      reply.send(500, text, 'never seen');
    });
    const client = connect(t, server);
    client.send(
      'GET /204 HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    const [none, head, whole, ...rest] = (await client.until(/\xff$/)).split(/(?=HTTP\/1\.1 )/);
    t.match(none, /^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/);
    t.notMatch(none, /Content-Length/i);
    t.match(head, /^HTTP\/1\.1 200 [\s\S]*Content-Length: 256\r\n[\s\S]*\r\n\r\n$/);
    t.equal(whole?.slice(-256), Buffer.from(everyByte).toString('latin1'));
    t.strictSame(rest, []);
  });

  t.test('a list of values is a line of each', async (t) => {
    const headers = { 'Set-Cookie': ['a=1', 'b=2'] };
    const server = await listen(t, (request, reply) => {
      if (request.path === '/whole') reply.send(200, headers, 'whole');
      else reply.stream(200, headers).end();
    });
    const client = connect(t, server);
    for (const [path, end] of [
      ['/whole', /whole$/],
      ['/streamed', /\r\n0\r\n\r\n$/],
    ] as const) {
      client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const answer = await client.until(end);
      t.match(answer.slice(answer.lastIndexOf('HTTP/1.1')), /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/, path);
    }
  });

  t.test('that are streamed come at once, at the pace of the reader', async (t) => {
    const streaming = later<HttpReplyStream>();
    const server = await listen(t, (_request, reply) => streaming.resolve(reply.stream(200, text)));
    const asked = request({ port: server.port, host: '127.0.0.1' }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    t.equal(response.statusCode, 200, 'the head comes before the first byte');
    const stream = await streaming.promise;
    const chunk = new Uint8Array(1_048_576);
    let written = 0;
    let blocked: Promise<void> | undefined;
    while (!blocked && written < 200) {
      const write = stream.write(chunk);
      written++;
      const quick = await Promise.race([
        write.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 250, false)),
      ]);
      if (!quick) blocked = write;
    }
    t.ok(blocked, 'a reader that does not read holds the writer');
    t.ok(written < 100, `after ${written} MB`);
    let read = 0;
    response.on('data', (bytes: Buffer) => {
      read += bytes.length;
    });
    await blocked;
    stream.end();
    await once(response, 'end');
    t.equal(read, written * chunk.length, 'nothing is lost');
  });

  t.test('a reader that goes away rejects the write', async (t) => {
    const streaming = later<HttpReplyStream>();
    const server = await listen(t, (_request, reply) => streaming.resolve(reply.stream(200, text)));
    const client = connect(t, server);
    client.socket.pause();
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const stream = await streaming.promise;
    const writeOn = async (): Promise<never> => {
      for (;;) await stream.write(new Uint8Array(1_048_576));
    };
    const failed = t.rejects(writeOn(), { message: 'The client has closed the connection' });
    client.socket.resetAndDestroy();
    await failed;
    await t.rejects(stream.write(new Uint8Array(1)), { message: 'The client has closed the connection' });
    stream.end();
    stream.abort();
  });

  t.test('one that is aborted is seen as incomplete', async (t) => {
    const server = await listen(t, async (_request, reply) => {
      const stream = reply.stream(200, text);
      await stream.write(Buffer.from('half'));
      stream.abort();
    });
    const client = connect(t, server);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    t.notMatch(await client.untilClosed(), /\r\n0\r\n/);
  });
});

t.test('a header of a megabyte is read', async (t) => {
  const server = await listen(t, (request, reply) => reply.send(200, text, String(request.header('x-long')?.length)));
  const client = connect(t, server);
  client.send(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'l'.repeat(1_048_576)}\r\n\r\n`);
  t.match(await client.until(/\d{7}$/), /^HTTP\/1\.1 200 [\s\S]*\r\n1048576$/);
});

t.test('junk', async (t) => {
  const server = await listen(t, echo);
  t.test('endless headers are refused long before 100 MB', async (t) => {
    const client = connect(t, server);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n');
    const line = `X-Junk: ${'j'.repeat(65_536)}\r\n`;
    let sent = 0;
    while (!client.socket.destroyed && sent < 100_000_000) {
      sent += line.length;
      if (!client.socket.write(line))
        await Promise.race([new Promise((resolve) => client.socket.once('drain', resolve)), client.closed]);
    }
    t.match(await client.untilClosed(), /^(HTTP\/1\.1 431 |$)/);
    t.ok(sent < 50_000_000, `${sent} bytes`);
  });

  t.test('what is no HTTP is refused', async (t) => {
    const client = connect(t, server);
    client.send('\x16\x03\x01 this is TLS, say\r\n\r\n');
    t.match(await client.untilClosed(), /^HTTP\/1\.1 400 /);
  });

  t.test('and the server lives', async (t) => {
    const client = connect(t, server);
    client.send('POST /alive HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n!');
    t.match(await client.until(/!$/), /\/alive !$/);
  });
});

t.test('addresses that cannot be listened on', async (t) => {
  const attempt = (address: string, port: number) => nodeHttp.listen({ address, port, source: '--port' }, echo);

  t.test('a busy port', async (t) => {
    const { port } = await listen(t, echo);
    const expected = { code: 'ERR_PORT_IN_USE', message: new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 .*--port`) };
    await t.rejects(attempt('127.0.0.1', port), expected);
    const foreign = createServer().listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    t.teardown(() => foreign.close());
    await t.rejects(attempt('127.0.0.1', (foreign.address() as { port: number }).port), { code: 'ERR_PORT_IN_USE' });
  });

  t.test('an address of another machine', async (t) => {
    await t.rejects(attempt('203.0.113.1', 0), { code: 'ERR_ADDRESS_NOT_AVAILABLE', message: /203\.0\.113\.1/ });
  });

  const firstFree = Number(readOr('/proc/sys/net/ipv4/ip_unprivileged_port_start', '1024'));
  const anyPort = firstFree <= 1 ? 'every port is free to everybody here' : false;
  t.test('a privileged port', { skip: process.platform === 'linux' ? anyPort : 'Linux only' }, async (t) => {
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      await t.rejects(attempt('127.0.0.1', 1), { code: 'ERR_PORT_NOT_ALLOWED', message: /^Port 1 on 127\.0\.0\.1/ });
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  t.test('a port that is none', async (t) => {
    await t.rejects(attempt('127.0.0.1', 70_000), /70000|ERR_LISTEN_FAILED/);
  });
});

t.test('the end of a server', async (t) => {
  const begin = async (t: Test) => {
    const streaming = later<HttpReplyStream>();
    const server = await listen(t, async (request, reply) => {
      if (request.path === '/stream') streaming.resolve(reply.stream(200, text));
    });
    const [idle, held, reader] = [connect(t, server), connect(t, server), connect(t, server)];
    await once(idle.socket, 'connect');
    held.send('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
    reader.send('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    const stream = await streaming.promise;
    await stream.write(Buffer.from('one'));
    await reader.until(/one\r\n$/);
    return { server, stream, idle, held, reader };
  };

  t.test('close cuts everything off', async (t) => {
    const { server, stream, idle, held, reader } = await begin(t);
    await server.close();
    t.notMatch(await reader.untilClosed(), /\r\n0\r\n/);
    t.equal(await held.untilClosed(), '');
    await idle.closed;
    await t.rejects(stream.write(Buffer.from('two')));
    await t.rejects(once(connectSocket(server.port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  });

  t.test('stop lets an answer that is being written reach its client, and waits no longer than that', async (t) => {
    const { server, stream, idle, held, reader } = await begin(t);
    const startedMs = performance.now();
    const stopped = server.stop();
    await stream.write(Buffer.from('two'));
    stream.end();
    t.match(await reader.until(/\r\n0\r\n\r\n$/), /one\r\n3\r\ntwo/);
    await stopped;
    t.ok(performance.now() - startedMs < 5_000, 'what is held is cut after a moment');
    t.equal(await held.untilClosed(), '');
    await idle.closed;
    await server.close();
  });

  t.test('stop with nothing under way is quick, and keep-alive connections do not hold it', async (t) => {
    const server = await listen(t, echo);
    const client = connect(t, server);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/\/ $/);
    const startedMs = performance.now();
    await server.stop();
    t.ok(performance.now() - startedMs < 900);
    await client.closed;
  });
});

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
