import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HttpHandler } from '@lambda-bootstraps/core';
import t, { type Test } from 'tap';
import { listenForUpgrades, type Strictness } from './http-server.ts';
import type { UpgradeListener } from './upgrades.ts';

const echo: HttpHandler = async (request, reply) => {
  const body = await request.gather!(1_000);
  reply.send(200, {}, `${request.method} ${body}`);
};

const take: UpgradeListener = (message, socket, head) => {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\ntook ${message.url} ${head}`);
};

async function listen(t: Test, onUpgrade: UpgradeListener = take, strictness?: Strictness) {
  const options = { address: '127.0.0.1', port: 0, source: '--port', strictness };
  const server = await listenForUpgrades(options, echo, onUpgrade);
  t.teardown(() => server.close());
  return server;
}

/** What came, once it matches, or once the connection has ended. */
function until(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
      if (pattern.test(heard)) resolve(heard);
    });
    socket.on('close', () => resolve(heard));
  });
}

function open(t: Test, { port }: { readonly port: number }): Socket {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.on('error', () => undefined);
  t.teardown(() => socket.destroy());
  return socket;
}

/** `once` would take the error of a connection that was cut for one of its own. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

const webSocket = 'GET /feed HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n';

t.test('a WebSocket is handed over, with what came behind the head', async (t) => {
  const socket = open(t, await listen(t));
  socket.write(`${webSocket}more`);
  t.match(await until(socket, /more$/), /^HTTP\/1\.1 101 [\s\S]*took \/feed more$/);
});

t.test('a client that offers another protocol is answered as ever, its body read', async (t) => {
  const socket = open(t, await listen(t));
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n';
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${offer}Content-Length: 4\r\n\r\nbody`);
  t.match(await until(socket, /body$/), /^HTTP\/1\.1 200 OK\r\n[\s\S]*POST body$/);
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nnext');
  t.match(await until(socket, /next$/), /POST next$/, 'and the connection is still HTTP');
});

t.test('a body is none of a WebSocket', async (t) => {
  const socket = open(t, await listen(t));
  socket.write(`${webSocket.replace('GET', 'POST').replace('Host', 'Content-Length: 2\r\nHost')}hi`);
  t.match(await until(socket, /hi$/), /^HTTP\/1\.1 200 OK\r\n[\s\S]*POST hi$/);
});

t.test('stop ends WebSockets that are left, after a moment', async (t) => {
  const server = await listen(t);
  const socket = open(t, server);
  socket.write(webSocket);
  await until(socket, /took/);
  await Promise.all([server.stop(), closed(socket)]);
  t.pass('and does not wait for ever');
});

const strictness = { headMs: 300, requestMs: 600, connections: 2 };

t.test('strict: a head that does not come to its end', async (t) => {
  const socket = open(t, await listen(t, take, strictness));
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
  t.match(await until(socket, /never/), /^HTTP\/1\.1 408 /);
});

t.test('strict: a body that does not come to its end', async (t) => {
  const socket = open(t, await listen(t, take, strictness));
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf of it');
  t.match(await until(socket, /never/), /^HTTP\/1\.1 408 /);
});

t.test('strict: more connections than are let in are closed, and those before go on', async (t) => {
  const server = await listen(t, take, { ...strictness, headMs: 60_000, requestMs: 60_000 });
  const [first, second] = [open(t, server), open(t, server)];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  for (const socket of [first, second]) {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(socket, /GET $/);
  }
  const third = open(t, server);
  third.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  t.equal(await until(third, /GET $/), '', 'nothing comes, and the connection ends');
  first.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  t.match(await until(first, /GET $/), /200 OK/);
});
