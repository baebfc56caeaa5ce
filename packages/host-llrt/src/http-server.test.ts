import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { llrtProgram, noExecutable } from './testing/executable.ts';

t.setTimeout(120_000);

/** What comes on a stream, as latin-1, and waiting for it. */
class Heard {
  text = '';
  readonly #stream: NodeJS.ReadableStream;
  readonly closed: Promise<unknown>;

  constructor(stream: NodeJS.ReadableStream & { closed?: boolean }) {
    this.#stream = stream;
    stream.setEncoding('latin1').on('data', (text: string) => {
      this.text += text;
    });
    this.closed = new Promise((resolve) => stream.on('close', resolve));
  }

  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) await once(this.#stream, 'data');
    return this.text;
  }

  async untilClosed(): Promise<string> {
    await this.closed;
    return this.text;
  }
}

interface Client extends Heard {
  readonly socket: Socket;
  send(text: string): void;
}

const program = noExecutable ? '' : await llrtProgram(new URL('./testing/http-program.ts', import.meta.url));

async function serve(
  t: Test,
): Promise<{ server: ChildProcess; heard: Heard; port: number; connect(to?: number): Client }> {
  const server = spawn(program, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => server.kill('SIGKILL'));
  const heard = new Heard(server.stdout);
  const port = Number(/port (\d+)\n/.exec(await heard.until(/port \d+\n/))?.[1]);
  const connect = (to = port): Client => {
    const socket = connectSocket({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    t.teardown(() => socket.destroy());
    const client = Object.assign(new Heard(socket), {
      socket,
      send: (text: string) => void socket.write(text, 'latin1'),
    });
    socket.on('end', () => socket.end());
    return client;
  };
  return { server, heard, port, connect };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, framing: string): string => `POST ${path} HTTP/1.1\r\nHost: x\r\n${framing}`;
const options = { skip: noExecutable };

t.test('requests and answers', { ...options }, async (t) => {
  const { connect, heard } = await serve(t);

  t.test('a request as a handler sees it, in chunks and with trailers; headers are latin-1', async (t) => {
    const client = connect();
    client.send(
      'PUT /echo?c=d?e HTTP/1.1\r\nHost: x\r\nX-ONE: gr\xfc\xdfe\r\nX-Many: a\r\nx-many: b\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: X-T\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\nX-T: tail\r\n\r\n',
    );
    const answer = await client.until(/\}$/);
    t.match(answer, /^HTTP\/1\.1 201 Created\r\n[\s\S]*X-Answer: gr\xfc\xdfe\r\n/);
    // JSON goes out in UTF-8, and is read as latin-1 here.
    t.same(JSON.parse(Buffer.from(answer.slice(answer.indexOf('{')), 'latin1').toString()), {
      method: 'PUT',
      query: 'c=d?e',
      peer: '127.0.0.1',
      headers: ['gr\xfc\xdfe', 'a, b', null],
      lines: [
        ['x-one', 'gr\xfc\xdfe'],
        ['x-many', 'a'],
        ['x-many', 'b'],
      ],
      body: 'one two',
      trailers: ['tail', null],
    });
  });

  t.test('a header of a megabyte', async () => {
    const client = connect();
    client.send(`GET /ignore HTTP/1.1\r\nHost: x\r\nX-Long: ${'l'.repeat(1_048_576)}\r\n\r\n`);
    await client.until(/^HTTP\/1\.1 200 [\s\S]*ignored$/);
  });

  t.test('100 Continue', async (t) => {
    const client = connect();
    client.send(post('/echo', 'Expect: 100-continue\r\nContent-Length: 2\r\n\r\n'));
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    client.send('hi');
    t.match(await client.until(/\}$/), /"body":"hi"/);
  });

  t.test('bodies that nobody read do not stand in the way of the next request', async () => {
    const client = connect();
    for (let round = 1; round <= 3; round++) {
      client.send(post('/ignore', `Content-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`));
      await client.until(new RegExp(`(ignored[\\s\\S]*){${round}}$`));
    }
  });

  t.test('pipelined requests are answered in their order', async (t) => {
    const client = connect();
    client.send(get('/slow?100') + get('/slow?1'));
    t.match(await client.until(/slow 1$/), /slow 100[\s\S]*slow 1$/);
  });

  t.test('pieces come as they are sent', async () => {
    const client = connect();
    client.send(post('/pieces', 'Content-Length: 6\r\n\r\none'));
    await heard.until(/piece one\n/);
    client.send('two');
    await heard.until(/piece two\n/);
    await client.until(/all$/);
  });

  t.test('without a body, twice, and of every byte', async (t) => {
    const client = connect();
    client.send(`${get('/empty')}HEAD /bytes HTTP/1.1\r\nHost: x\r\n\r\n${get('/bytes')}`);
    const [none, head, whole, ...rest] = (await client.until(/\xff$/)).split(/(?=HTTP\/1\.1 )/);
    t.match(none, /^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/);
    t.notMatch(none, /Content-Length/i);
    t.match(head, /^HTTP\/1\.1 200 [\s\S]*Content-Length: 256\r\n[\s\S]*\r\n\r\n$/);
    t.equal(whole?.slice(-256), Buffer.from(Array.from({ length: 256 }, (_, index) => index)).toString('latin1'));
    t.same(rest, []);
  });

  t.test('a list of values is a line of each', async (t) => {
    const client = connect();
    client.send(get('/lists'));
    const lines = /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/;
    t.match(await client.until(/whole$/), lines);
    const other = connect();
    other.send(get('/streamed-lists'));
    t.match(await other.until(/\r\n0\r\n\r\n$/), lines);
  });

  t.test('chunks that nobody waited for', async (t) => {
    const client = connect();
    client.send(get('/hasty'));
    t.match(await client.until(/\r\n0\r\n\r\n$/), /4\r\none,\r\n4\r\ntwo,\r\n5\r\nthree\r\n0\r\n\r\n$/);
  });

  t.test('HTTP/1.0', async (t) => {
    const client = connect();
    client.send('GET /hasty HTTP/1.0\r\n\r\n');
    t.match(await client.untilClosed(), /\r\n\r\none,two,three$/);
  });
});

t.test('handlers that fail', { ...options }, async (t) => {
  const { connect } = await serve(t);
  const client = connect();
  client.send(get('/throws'));
  const answer = await client.until(/\}$/);
  t.match(answer, /^HTTP\/1\.1 500 .*\r\nContent-Type: application\/json\r\n/);
  t.match(JSON.parse(answer.slice(answer.indexOf('{'))), { Type: 'Service', message: 'at "once"' });
  client.send(get('/rejects'));
  await client.until(/"later"/);
  client.send(get('/bad-header'));
  await client.until(/Invalid character in header content/);
  const many = Array.from({ length: 40 }, () => connect());
  for (const [index, one] of many.entries()) {
    one.send(
      index % 8 ? get('/rejects-deep') : post('/gives-up', `Content-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`),
    );
  }
  for (const [index, one] of many.entries()) await one.until(index % 8 ? /from below/ : /too much$/);
  for (const path of ['/breaks', '/aborts']) {
    const other = connect();
    other.send(get(path));
    t.match(await other.untilClosed(), /^HTTP\/1\.1 200 /);
    t.notMatch(other.text, /\r\n0\r\n/, `${path}: the client sees that it is not whole`);
  }
  const large = connect();
  large.send(post('/gives-up', `Content-Length: 2000000\r\n\r\n${'x'.repeat(1_000_000)}`));
  await large.until(/too much$/);
  large.send('x'.repeat(1_000_000) + post('/gives-up', 'Content-Length: 1\r\n\r\nx'));
  await large.until(/too much[\s\S]*too much$/);
});

t.test('clients that vanish', { ...options }, async (t) => {
  const { connect, heard } = await serve(t);

  t.test('in the middle of a body: whoever reads it is told', async () => {
    let told = 0;
    for (const framing of ['Content-Length: 10\r\n\r\nhalf', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n']) {
      for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
        const client = connect();
        client.send(post('/pieces', framing));
        await heard.until(new RegExp(`(piece half[\\s\\S]*){${++told}}`));
        client.socket[leave]();
        await heard.until(new RegExp(`(broken: The connection closed[\\s\\S]*){${told}}`));
      }
    }
  });

  t.test('while an answer is held: they are told of once, and their connections end', async (t) => {
    let gone = 0;
    for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const client = connect();
      client.send(get('/hold'));
      await heard.until(new RegExp(`(held\n[\\s\\S]*){${++gone}}`));
      client.socket[leave]();
      await heard.until(new RegExp(`(gone\n[\\s\\S]*){${gone}}`));
      await client.closed;
    }
    t.equal(heard.text.match(/gone\n/g)?.length, 3);
  });

  t.test('an answer to one that has only closed its side still reaches it', async () => {
    const client = connect();
    client.send(get('/late'));
    await heard.until(/(held\n[\s\S]*){4}/);
    client.socket.end();
    await client.until(/you are still there$/);
    const other = connect();
    other.socket.end(get('/slow?50'));
    await other.until(/slow 50$/);
  });

  t.test('after the answer: nobody is told', async (t) => {
    const client = connect();
    for (let round = 1; round <= 2; round++) {
      client.send(get('/heard'));
      await client.until(new RegExp(`(heard[\\s\\S]*){${round}}$`));
    }
    client.socket.end();
    await client.closed;
    t.notMatch(heard.text, /wrong/);
  });

  t.test('a reader that goes away rejects the write', async () => {
    const client = connect();
    client.socket.pause();
    client.send(get('/stream?100'));
    await heard.until(/written 1\n/);
    client.socket.resetAndDestroy();
    await heard.until(/write failed: The client has closed the connection\n/);
  });
});

t.test('a reader that does not read holds the writer', { ...options }, async (t) => {
  const { connect, heard } = await serve(t);
  const client = connect();
  client.socket.pause();
  client.send(get('/stream?60'));
  await heard.until(/written 1\n/);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const written = heard.text.match(/written/g)?.length ?? 0;
  t.ok(written < 30, `after ${written} MB`);
  let tail = '';
  client.socket.removeAllListeners('data').on('data', (text: string) => {
    tail = (tail + text).slice(-7);
  });
  client.socket.resume();
  await heard.until(/written 60\n/);
  while (tail !== '\r\n0\r\n\r\n') await once(client.socket, 'data');
});

t.test('junk', { ...options }, async (t) => {
  const { connect } = await serve(t);
  const tls = connect();
  tls.send('\x16\x03\x01 this is TLS, say\r\n\r\n');
  t.match(await tls.untilClosed(), /^HTTP\/1\.1 400 /);
  const endless = connect();
  endless.send('GET / HTTP/1.1\r\nHost: x\r\n');
  for (let line = 0; line < 100 && !endless.socket.destroyed; line++) endless.send(`X-Junk: ${'j'.repeat(65_536)}\r\n`);
  t.match(await endless.untilClosed(), /^(HTTP\/1\.1 431 |$)/);
  const alive = connect();
  alive.send(get('/slow?1'));
  await alive.until(/slow 1$/);
});

t.test('heads that come byte by byte are cut off; others are served meanwhile', { ...options }, async (t) => {
  const { connect, heard } = await serve(t);
  const hasty = Number(/hasty at (\d+)\n/.exec(heard.text)?.[1]);
  const idle = connect(hasty);
  idle.send(get('/'));
  await idle.until(/in time$/);
  const startedAt = performance.now();
  const slow = [connect(hasty), connect(hasty)];
  let sent = 0;
  const drip = setInterval(() => {
    for (const client of slow) client.send('GET / HTTP/1.1\r\nX-Endless: '[sent] ?? 'x');
    sent++;
  }, 50);
  t.teardown(() => clearInterval(drip));
  for (let served = 0; slow.some(({ socket }) => !socket.closed); served++) {
    const other = connect(hasty);
    other.send(get('/'));
    await other.until(/in time$/);
    other.socket.destroy();
    if (served === 0) t.ok(performance.now() - startedAt < 700 || slow.some(({ text }) => text), 'served at once');
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const client of slow) t.match(client.text, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  t.ok(performance.now() - startedAt >= 650, 'not before its time');
  idle.send(get('/'));
  await idle.until(/in time[\s\S]*in time$/);
});

t.test('connections that come and go leave nothing behind', { ...options }, async (t) => {
  const { connect } = await serve(t);
  const probe = connect();
  let asked = 0;
  const ask = async (path: string): Promise<string> => {
    const before = probe.text.length;
    probe.send(get(path));
    asked++;
    await probe.until(new RegExp(`^(HTTP/1\\.1 [\\s\\S]*?){${asked}}`));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return probe.text.slice(before);
  };
  const churn = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const client = connect();
      client.send(round % 2 ? get('/hold') : get('/slow?0'));
      await (round % 2 ? once(client.socket, 'connect') : client.until(/slow 0$/));
      client.socket.destroy();
    }
  };
  const megabytes = async (): Promise<number> => Number(/VmRSS:\s+(\d+)/.exec(await ask('/memory'))?.[1]) / 1024;
  await churn(200);
  const filesOf = (answer: string): number => Number(/\d+$/.exec(answer)?.[0]);
  const [filesBefore, before] = [filesOf(await ask('/files')), await megabytes()];
  await churn(2_000);
  const after = await megabytes();
  let files = filesOf(await ask('/files'));
  for (let round = 0; round < 100 && files > filesBefore; round++) files = filesOf(await ask('/files'));
  t.ok(files <= filesBefore, `no descriptor is left open: ${filesBefore} before, ${files} after`);
  t.ok(after - before < 3, `${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`);
});

t.test('the end of a server', { ...options }, async (t) => {
  for (const end of ['/stop', '/close'] as const) {
    const { connect, heard, port } = await serve(t);
    const [idle, held, ender] = [connect(), connect(), connect()];
    await once(idle.socket, 'connect');
    held.send(get('/hold'));
    await heard.until(/held\n/);
    ender.send(get(end));
    const ended = /ended after (\d+)\n/.exec(await heard.until(/ended after \d+\n/));
    t.ok(Number(ended?.[1]) < 2_500, `${end}: ${ended?.[1]} ms`);
    t.equal(await held.untilClosed(), '');
    await idle.closed;
    await t.rejects(once(connectSocket(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  }
});

t.test('addresses that cannot be listened on', { ...options }, async (t) => {
  const { heard } = await serve(t);
  t.match(heard.text, /listen 127\.0\.0\.1: ERR_PORT_IN_USE\n/);
  t.match(heard.text, /listen 203\.0\.113\.1: ERR_ADDRESS_NOT_AVAILABLE\n/);
  t.match(heard.text, /listen no such name\.invalid: ERR_ADDRESS_NOT_AVAILABLE\n/);
  t.match(heard.text, /listen at 70000: ERR_LISTEN_FAILED\n/);
});
