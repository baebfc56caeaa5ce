import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { serveControl, token } from './testing/serve-control.ts';

const full = { managed: true, token };
const page = new Map([['index.html', { contentType: 'text/html', bytes: Buffer.from('the page') }]]);

/** A request with any headers: fetch would not send a Host of another. */
async function send(port: number, path: string, headers: Record<string, string>, method = 'GET', body = '') {
  const asked = request({ host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } });
  asked.end(method === 'POST' ? body : undefined);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += part;
  return { status: answer.statusCode, text };
}

/** `once` would take the error of a connection that was cut for one of its own. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

const authorization = { Authorization: `Bearer ${token}` };

const foreign: readonly (readonly [name: string, headers: Record<string, string>, reason: RegExp])[] = [
  ['a page of another site', { Origin: 'https://evil.example' }, /of the web page https:\/\/evil\.example are refused/],
  ['a page without a site', { Origin: 'null' }, /of the web page null/],
  ['a page that looks local', { Origin: 'http://localhost.evil.example' }, /evil/],
  [
    'a name that was made ours (DNS rebinding)',
    { Host: 'evil.example' },
    /for the host name evil\.example are refused/,
  ],
  ['such a name with our port', { Host: 'evil.example:9002' }, /evil/],
  ['a script or picture of another site', { 'Sec-Fetch-Site': 'cross-site' }, /Sec-Fetch-Site: cross-site/],
];

t.test('requests of strangers are refused with a reason, whatever they know', async (t) => {
  const { port, service } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x' });
  for (const [name, headers, reason] of foreign) {
    for (const [method, path] of [
      ['GET', '/v1/ready'],
      ['GET', '/v1/functions'],
      ['POST', '/v1/functions/f/invoke'],
      ['POST', '/v1/stop'],
      ['GET', '/v1/events?from=1'],
      ['GET', '/_inspector/v1/functions'],
      ['GET', '/_inspector/'],
    ] as const) {
      const { status, text } = await send(port, path, { ...authorization, ...headers }, method, '{}');
      t.equal(status, 403, `${name}: ${method} ${path}`);
      t.match(JSON.parse(text), { error: { code: 'ERR_FOREIGN_REQUEST', message: reason } });
    }
  }
  const simplePost = { Origin: 'https://evil.example', 'Content-Type': 'text/plain' };
  t.equal((await send(port, '/2015-03-31/functions/f/invocations', simplePost, 'POST', '{}')).status, 403);
  t.equal(
    (await send(port, '/2015-03-31/functions/f/invocations', { Host: 'evil.example' }, 'POST', '{}')).status,
    403,
  );
  t.equal(service.get('f')?.isReady, false, 'nothing was started');
});

t.test('WebSockets of strangers are refused too', async (t) => {
  const { port, feed } = await serveControl(t, full);
  for (const [name, headers, reason] of foreign) {
    const { status, text } = await feed('/v1/feed', [], { ...authorization, ...headers }).ended;
    t.equal(status, 403, name);
    t.match(JSON.parse(text ?? ''), { error: { code: 'ERR_FOREIGN_REQUEST', message: reason } });
  }
  for (const path of ['/v1/other', '//', '/', '/v1/feed/', '/v1/../v1/feed?from=1']) {
    const headers = { ...authorization, Connection: 'Upgrade', Upgrade: 'websocket' };
    t.equal((await send(port, path, headers)).status, 404, path);
  }
  t.equal((await feed('/2015-03-31/functions/f/invocations').ended).status, 404);
  t.equal((await feed('/v1/feed?from=x').ended).status, 400);
});

t.test('without a token, pages of this machine are strangers but for the own one', async (t) => {
  const { port, feed, ask } = await serveControl(t, { page });
  const base = '/_inspector/v1';
  const own = `http://127.0.0.1:${port}`;
  for (const headers of [
    { Origin: 'http://localhost:3000' },
    { Origin: `http://localhost:${port}` },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    t.equal((await send(port, `${base}/functions`, headers)).status, 403, JSON.stringify(headers));
    t.equal((await feed(`${base}/feed`, [], headers).ended).status, 403, JSON.stringify(headers));
  }
  t.equal((await send(port, `${base}/functions`, { Origin: own, 'Sec-Fetch-Site': 'same-origin' })).status, 200);
  t.equal((await ask('GET', `${base}/functions`)).status, 200);
  const client = feed(`${base}/feed`, [], { Origin: own });
  await client.opened;
  t.pass('a WebSocket of the own page');
});

t.test('a link of another site leads to the page, and to nothing else', async (t) => {
  const { port } = await serveControl(t, { page });
  const visit = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
  t.match(await send(port, '/_inspector/', visit), { status: 200, text: 'the page' });
  t.equal((await send(port, '/_inspector/v1/functions', visit)).status, 403);
  t.equal((await send(port, '/_inspector/', { ...visit, Host: 'evil.example' })).status, 403);
});

t.test('a token is needed, and the right one', async (t) => {
  const { port, feed } = await serveControl(t, full);
  const wrong: readonly (readonly [headers: Record<string, string>, code: string])[] = [
    [{}, 'ERR_TOKEN_MISSING'],
    [{ Authorization: '' }, 'ERR_TOKEN_MISSING'],
    [{ Authorization: token }, 'ERR_TOKEN_MISSING'],
    [{ Authorization: `Basic ${btoa(`:${token}`)}` }, 'ERR_TOKEN_MISSING'],
    [{ Authorization: 'Bearer x' }, 'ERR_TOKEN_WRONG'],
    [{ Authorization: `Bearer ${token}x` }, 'ERR_TOKEN_WRONG'],
    [{ Authorization: `Bearer ${token.slice(0, -1)}` }, 'ERR_TOKEN_WRONG'],
    [{ Authorization: `Bearer ${token.toUpperCase()}` }, 'ERR_TOKEN_WRONG'],
  ];
  for (const [headers, code] of wrong) {
    for (const path of ['/v1/functions', '/v1/events', '/v1/feed', '/_inspector/v1/functions']) {
      const { status, text } = await send(port, path, headers);
      t.equal(status, 401, `${path} ${JSON.stringify(headers)}`);
      t.match(JSON.parse(text), { error: { code } });
    }
    t.equal((await feed('/v1/feed', [], headers).ended).status, 401);
  }
  t.equal((await feed('/v1/feed', ['lambda-bootstraps.v1'], {}).ended).status, 401);
  t.equal((await feed('/v1/feed', ['lambda-bootstraps.v1', 'token.x'], {}).ended).status, 401);
  t.equal((await send(port, '/v1/functions', { Authorization: `bearer ${token}` })).status, 200);
  t.equal((await send(port, '/v1/functions?token='.concat(token), {})).status, 401, 'in an address it would be logged');
});

t.test('no path leads out of the folder of the page', async (t) => {
  const { port } = await serveControl(t, { page });
  for (const path of [
    '/_inspector/../package.json',
    '/_inspector/..%2fpackage.json',
    '/_inspector/%2e%2e/package.json',
    '/_inspector/%2e%2e%2fpackage.json',
    '/_inspector/..%5cpackage.json',
    '/_inspector/..\\package.json',
    '/_inspector/%252e%252e/package.json',
    '/_inspector//etc/passwd',
    '/_inspector/index.html%00.js',
    '/_inspector/./index.html',
    '/_inspector/__proto__',
    '/_inspectorindex.html',
    '/_inspector/v1/../index.html',
    '/_inspector/v1/functions/..%2f..%2fready',
  ]) {
    const { status, text } = await send(port, path, {});
    t.equal(status, 404, path);
    t.notMatch(text, /"name"|root:|the page/);
  }
});

t.test('a feed takes no frame that is too large, and none that is wrong', async (t) => {
  const { feed, events } = await serveControl(t, full);
  const large = feed('/v1/feed');
  await large.opened;
  large.socket.send('x'.repeat(1_025));
  t.same(await large.ended, { code: 1009 });
  const many = feed('/v1/feed');
  await many.opened;
  for (let count = 0; count < 100; count++) many.socket.send('x'.repeat(1_000));
  events.append('f', { type: 'environment-ready', environmentId: 'e', at: 1, initDurationMs: 1 });
  await many.until((client) => client.events.length === 1);
  t.pass('small ones are passed over');
});

t.test('a WebSocket whose frames are no frames ends, and the server stays', async (t) => {
  const { port, ask } = await serveControl(t, full);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `GET /v1/feed HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: Bearer ${token}\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  socket.on('data', () => undefined);
  // 64 bits of length, and not masked.
  socket.write(Buffer.from([0x81, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
  await closed(socket);
  t.equal((await ask('GET', '/v1/ready')).status, 200);
});

t.test('a handshake that is none is refused', async (t) => {
  const { port, ask } = await serveControl(t, full);
  const upgrade = { ...authorization, Connection: 'Upgrade', Upgrade: 'websocket' };
  t.equal((await send(port, '/v1/feed', upgrade)).status, 400, 'without a key');
  const old = { ...upgrade, 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version': '7' };
  t.ok([400, 426].includes((await send(port, '/v1/feed', old)).status ?? 0), 'of an old version');
  t.equal((await ask('GET', '/v1/ready')).status, 200);
});

const strictness = { headMs: 500, requestMs: 1_000, connections: 8 };

t.test('whoever is slow with a head or a body is cut off, while others are answered', async (t) => {
  const { port, ask } = await serveControl(t, { ...full, strictness });
  const open = async (text: string) => {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    socket.on('error', () => undefined);
    let heard = '';
    socket.on('data', (part) => {
      heard += part;
    });
    socket.write(text);
    const drip = setInterval(() => socket.write('x'), 50);
    await closed(socket);
    clearInterval(drip);
    return heard;
  };
  const head = `POST /v1/functions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`;
  const [slowHead, slowBody, answer] = await Promise.all([
    open(`${head}X-Slow: `),
    open(`${head}Content-Length: 100000\r\n\r\n{`),
    ask('GET', '/v1/functions'),
  ]);
  t.equal(answer.status, 200);
  t.match(slowHead, /^HTTP\/1\.1 408 /);
  t.match(slowBody, /^HTTP\/1\.1 408 /);
});

t.test('more connections than are let in are closed; those before go on', async (t) => {
  const { port } = await serveControl(t, { ...full, strictness: { ...strictness, headMs: 60_000, requestMs: 60_000 } });
  const ready = 'GET /v1/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
  const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1'));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) {
    socket.write(ready);
    await once(socket, 'data');
  }
  const more = connect(port, '127.0.0.1').on('error', () => undefined);
  more.on('data', () => t.fail('it was answered'));
  more.write(ready);
  await closed(more);
  sockets[0]?.write(ready);
  t.match(String(await once(sockets[0]!, 'data')), /200 OK/);
});
