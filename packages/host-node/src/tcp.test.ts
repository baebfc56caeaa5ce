import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { nodeTcp } from './tcp.ts';

/** A listener that hands over who connects. */
async function listen(t: Test, onConnection: (socket: Socket) => void): Promise<number> {
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
  return (server.address() as AddressInfo).port;
}

t.test('bytes there and back, until the peer ends', async (t) => {
  const port = await listen(t, (socket) => socket.pipe(socket));
  const connection = await nodeTcp.connect('127.0.0.1', port);
  t.teardown(() => connection.close());
  let text = '';
  await connection.write(Buffer.from('grüße'));
  for await (const chunk of connection.chunks()) {
    text += Buffer.from(chunk).toString();
    if (text === 'grüße') break;
  }
  await connection.write(Buffer.from('!'));
  for await (const chunk of connection.chunks()) {
    text += Buffer.from(chunk).toString();
    if (text.endsWith('!')) break;
  }
  t.equal(text, 'grüße!', 'reading goes on where it was left');
});

t.test('reading ends when the peer does, and throws when the connection breaks', async (t) => {
  const ending = await nodeTcp.connect('127.0.0.1', await listen(t, (socket) => socket.end('last')));
  t.teardown(() => ending.close());
  const chunks: string[] = [];
  for await (const chunk of ending.chunks()) chunks.push(Buffer.from(chunk).toString());
  t.equal(chunks.join(''), 'last');

  const breaking = await nodeTcp.connect(
    '127.0.0.1',
    await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy())),
  );
  t.teardown(() => breaking.close());
  await breaking.write(Buffer.from('x'));
  await t.rejects(breaking.chunks()[Symbol.asyncIterator]().next(), { code: 'ECONNRESET' });
});

t.test('a writer waits for a peer that does not read, until it does', async (t) => {
  let peer: Socket | undefined;
  const port = await listen(t, (socket) => {
    peer = socket.pause();
  });
  const connection = await nodeTcp.connect('127.0.0.1', port);
  t.teardown(() => connection.close());
  let waits = false;
  let written = connection.write(new Uint8Array(1_048_576));
  // However much the system takes, at some time it takes no more.
  for (let count = 0; count < 64 && !waits; count++) {
    waits = await Promise.race([
      written.then(() => false),
      new Promise<boolean>((resolve) => setTimeout(resolve, 500, true)),
    ]);
    if (!waits) written = connection.write(new Uint8Array(1_048_576));
  }
  t.ok(waits);
  peer?.resume();
  await written;
  t.pass('and goes on');
});

t.test('closing ends whoever waits', async (t) => {
  const port = await listen(t, (socket) => socket.pause());
  const connection = await nodeTcp.connect('127.0.0.1', port);
  const read = connection
    .chunks()
    [Symbol.asyncIterator]()
    .next()
    .then(
      ({ done }) => done === true,
      () => true,
    );
  const written = (async () => {
    for (;;) await connection.write(new Uint8Array(1_048_576));
  })().catch(() => true);
  connection.close();
  t.equal(await read, true);
  t.equal(await written, true);
  await t.rejects(connection.write(Buffer.from('x')));
  connection.close();
});

t.test('nobody listens', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await t.rejects(nodeTcp.connect('127.0.0.1', port), { code: 'ECONNREFUSED' });
});
