import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { llrtProgram, noExecutable } from './testing/executable.ts';

t.setTimeout(120_000);

const program = noExecutable ? '' : await llrtProgram(new URL('./testing/tcp-program.ts', import.meta.url));

async function listen(t: Test, onConnection: (socket: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

/** What the program says of what it did with the server's port. */
async function run(t: Test, what: string, server: Server | number): Promise<string[]> {
  const port = typeof server === 'number' ? server : (server.address() as AddressInfo).port;
  const client = spawn(program, [what, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => client.kill('SIGKILL'));
  return (await text(client.stdout)).trimEnd().split('\n');
}

t.test('a client', { skip: noExecutable }, async (t) => {
  t.test('bytes there and back, until the peer ends', async (t) => {
    const server = await listen(t, (socket) => {
      socket.on('data', (bytes) => {
        if (bytes.includes('!')) socket.end(bytes);
        else socket.write(bytes);
      });
    });
    t.strictSame(await run(t, 'echo', server), ['grüße!']);
  });

  t.test('reading ends when the peer does, and throws when the connection breaks', async (t) => {
    const ending = await listen(t, (socket) => socket.once('data', () => socket.end('last')));
    t.strictSame(await run(t, 'read', ending), ['read last', 'ended']);
    const breaking = await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    t.strictSame(await run(t, 'read', breaking), ['failed: ECONNRESET']);
  });

  t.test('much, to a peer that reads slowly, whole and in order', async (t) => {
    let count = 0;
    let last = 0;
    let inOrder = true;
    const server = await listen(t, async (socket) => {
      for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
        for (const byte of bytes as Uint8Array) {
          inOrder &&= byte >= last;
          last = byte;
        }
        count += bytes.length;
        await new Promise((resolve) => setImmediate(resolve));
        if (count === 4 * 1_048_576) break;
      }
      socket.end('received');
    });
    t.strictSame(await run(t, 'large', server), ['written', 'received']);
    t.equal(count, 4 * 1_048_576);
    t.ok(inOrder);
  });

  t.test('closing ends whoever waits', async (t) => {
    const server = await listen(t, (socket) => socket.pause());
    t.strictSame(await run(t, 'close', server), ['writing ended', 'reading ended', 'closed: EPIPE']);
  });

  t.test('nobody listens', async (t) => {
    const server = await listen(t, () => undefined);
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    t.strictSame(await run(t, 'echo', port), ['failed: ECONNREFUSED']);
  });
});
