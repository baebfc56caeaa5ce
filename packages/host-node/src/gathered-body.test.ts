import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { nodeHttp } from './http-server.ts';

t.setTimeout(60_000);

type Gathered = string | number;

/** A server that gathers up to ten bytes of each body, a client of it, and what was gathered, one after another. */
async function begin(t: Test): Promise<{ socket: Socket; gathered: AsyncIterator<Gathered> }> {
  const heard: Gathered[] = [];
  let wake = (): void => undefined;
  const server = await nodeHttp.listen({ address: '127.0.0.1', port: 0, source: '--port' }, async (request, reply) => {
    const body = await request.gather!(10).catch((error: Error) => error.message);
    heard.push(body instanceof Uint8Array ? Buffer.from(body).toString() : body);
    wake();
    reply.send(200, {}, 'answered');
  });
  t.teardown(() => server.close());
  const socket = connect(server.port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  async function* tell(): AsyncGenerator<Gathered> {
    for (;;) {
      while (heard.length > 0) yield heard.shift()!;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return { socket, gathered: tell() };
}

const head = (length: number): string => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

t.test('whole, in one piece or several, empty, or too large, over one connection', async (t) => {
  const { socket, gathered } = await begin(t);
  socket.write(`${head(3)}abc`);
  t.equal((await gathered.next()).value, 'abc');
  socket.write(`${head(10)}01234`);
  setImmediate(() => socket.write('56789'));
  t.equal((await gathered.next()).value, '0123456789');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  t.equal((await gathered.next()).value, '');
  socket.write(`${head(11)}0123456789x`);
  t.equal((await gathered.next()).value, 11, 'it is read to its end, and counted');
  socket.write(`${head(1)}y`);
  t.equal((await gathered.next()).value, 'y', 'the next one comes');
});

t.test('broken off', async (t) => {
  const { socket, gathered } = await begin(t);
  socket.write(`${head(5)}ab`);
  socket.end();
  t.match((await gathered.next()).value, /closed before the body was complete/);
});

t.test('a peer that is gone', async (t) => {
  const { socket, gathered } = await begin(t);
  socket.write(`${head(5)}ab`);
  socket.destroy();
  t.match((await gathered.next()).value, /closed before the body was complete/);
});
