import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type DoorProcess, runDoor, serve } from './door-process.ts';

t.setTimeout(280_000);

const functionCode = `
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const page = '<!doctype html><title>Grüße</title>';

export const handler = async (event) => {
  const path = event.rawPath ?? event.path;
  switch (path) {
    case '/page':
      return { statusCode: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: page };
    case '/cookies':
      return { statusCode: 200, cookies: ['a=1; Path=/', 'b=2; HttpOnly'], body: JSON.stringify(event.cookies) };
    case '/reversed': {
      const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8').reverse();
      const headers = { 'content-type': event.headers['content-type'] };
      return { statusCode: 200, headers, body: bytes.toString('base64'), isBase64Encoded: true };
    }
    case '/created': return { statusCode: 201, headers: { Location: '/page' } };
    case '/lists': return { statusCode: 200, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: event.httpMethod };
    case '/throws': throw new RangeError('a secret');
    case '/exits': process.exit(3);
    case '/hangs': return new Promise(() => setInterval(() => {}, 1_000));
    case '/nonsense': return { statusCode: 'nonsense' };
    default: return event;
  }
};

export const streams = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === '/plain') {
    stream.setContentType('text/event-stream');
    stream.end('data: 1');
    return;
  }
  const out = awslambda.HttpResponseStream.from(stream, {
    statusCode: 203,
    headers: { 'Content-Type': 'text/plain', 'X-Custom': 'yes' },
    cookies: ['a=1', 'b=2'],
  });
  out.write('first');
  const { go } = event.queryStringParameters;
  while (!existsSync(go)) await setTimeout(10);
  if (event.rawPath === '/breaks') throw new Error('in the middle');
  out.end(', second');
});
`;

interface Opened {
  readonly door: DoorProcess;
  readonly url: string;
  readonly folder: string;
  get(path: string, init?: RequestInit): Promise<Response>;
}

async function openUrl(t: Test, flags: readonly string[] = [], handler = 'index.handler'): Promise<Opened> {
  const folder = t.testdir({ 'index.mjs': functionCode });
  const { door } = await serve(t, handler, ['--url', '--url-port', '0', '--timeout', '60', ...flags], { cwd: folder });
  const [, url = ''] = await door.hears('stderr', /Function URL: (http:\/\/127\.0\.0\.1:\d+)\/\n/);
  return { door, url, folder, get: (path, init) => fetch(url + path, { redirect: 'manual', ...init }) };
}

t.test('requests and responses', async (t) => {
  const { get, url, door } = await openUrl(t);

  t.test('a browser asks for a page', async (t) => {
    const answer = await get('/page', {
      headers: {
        Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'Accept-Language': 'de,en;q=0.5',
        'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
      },
    });
    t.equal(answer.status, 200);
    t.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    t.match(answer.headers.get('x-amzn-requestid'), /^[0-9a-f-]{36}$/);
    t.equal(await answer.text(), '<!doctype html><title>Grüße</title>');
  });

  t.test('the event of a request', async (t) => {
    const answer = await get('/a%20b/c?q=1&q=2&r=%C3%A4', {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'a test', 'X-Mixed-Case': 'Yes' },
      body: '{"ä":1}',
    });
    t.equal(answer.headers.get('content-type'), 'application/json');
    const event = (await answer.json()) as { requestContext: { timeEpoch: number } };
    t.match(event, {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'q=1&q=2&r=%C3%A4',
      queryStringParameters: { q: '1,2', r: 'ä' },
      headers: { 'x-mixed-case': 'Yes', 'content-type': 'application/json', host: new URL(url).host },
      requestContext: {
        accountId: 'anonymous',
        domainName: /^[0-9a-f]{32}\.lambda-url\.us-east-1\.on\.aws$/,
        http: {
          method: 'PATCH',
          path: '/a%20b/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'a test',
        },
        requestId: answer.headers.get('x-amzn-requestid'),
        stage: '$default',
        time: /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
      },
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
    t.ok(Math.abs(Date.now() - event.requestContext.timeEpoch) < 60_000);
  });

  t.test('header lines that repeat', async (t) => {
    const asked = request(`${url}/`, { headers: { 'X-Many': ['a', 'b'] } }).end();
    const [response] = await once(asked, 'response');
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    t.equal(JSON.parse(text).headers['x-many'], 'a,b');
  });

  t.test('cookies both ways', async (t) => {
    const answer = await get('/cookies', { headers: { Cookie: 'x=1; y=2' } });
    t.strictSame(answer.headers.getSetCookie(), ['a=1; Path=/', 'b=2; HttpOnly']);
    t.strictSame(await answer.json(), ['x=1', 'y=2']);
  });

  t.test('bytes both ways', async (t) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const answer = await get('/reversed', { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: bytes });
    t.equal(answer.headers.get('content-type'), 'image/png');
    t.strictSame([...new Uint8Array(await answer.arrayBuffer())], [...bytes].reverse());
  });

  t.test('HEAD, OPTIONS, and no body', async (t) => {
    const head = await get('/page', { method: 'HEAD' });
    t.match([head.status, head.headers.get('content-length'), await head.text()], [200, '37', '']);
    const options = await get('/x', { method: 'OPTIONS', headers: { Origin: 'https://example.com' } });
    t.match(await options.json(), { requestContext: { http: { method: 'OPTIONS' } } });
    t.equal(options.headers.get('access-control-allow-origin'), null);
    const created = await get('/created', { method: 'POST' });
    t.match([created.status, created.headers.get('location'), await created.text()], [201, '/page', '']);
  });

  t.test('what is too large', async (t) => {
    const headers = { 'Content-Type': 'text/plain' };
    t.equal((await get('/', { method: 'POST', headers, body: 'x'.repeat(6_291_457) })).status, 413);
  });

  t.test('what goes wrong in the function is 502', async (t) => {
    for (const path of ['/throws', '/exits', '/nonsense']) {
      const answer = await get(path);
      t.match([answer.status, await answer.text()], [502, 'Internal Server Error'], path);
    }
    await door.hears('stderr', /lambda-bootstraps: the answer of \S+ is no HTTP response: statusCode is "nonsense"/);
  });
});

t.test('a timeout is 502', async (t) => {
  const { get } = await openUrl(t, ['--timeout', '1']);
  const answer = await get('/hangs');
  t.match([answer.status, await answer.text()], [502, 'Internal Server Error']);
});

t.test('streamed responses', async (t) => {
  const { get, folder } = await openUrl(t, ['--url-invoke-mode', 'RESPONSE_STREAM'], 'index.streams');
  const begin = async (path: string) => {
    const go = join(folder, path.slice(1));
    const answer = await get(`${path}?go=${encodeURIComponent(go)}`);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    t.equal((await reader.read()).value, 'first', 'the first bytes come while the function runs');
    writeFileSync(go, '');
    const rest = async (): Promise<string> => {
      const { done, value = '' } = await reader.read();
      return done ? '' : value + (await rest());
    };
    return { answer, rest };
  };

  t.test('a prelude has status, headers and cookies', async (t) => {
    const { answer, rest } = await begin('/whole');
    t.equal(answer.status, 203);
    t.equal(answer.headers.get('content-type'), 'text/plain');
    t.equal(answer.headers.get('x-custom'), 'yes');
    t.strictSame(answer.headers.getSetCookie(), ['a=1', 'b=2']);
    t.equal(await rest(), ', second');
  });

  t.test('a failure in the middle breaks the connection', async (t) => {
    const { rest } = await begin('/breaks');
    await t.rejects(rest());
  });

  t.test('without a prelude', async (t) => {
    const answer = await get('/plain');
    t.match([answer.status, answer.headers.get('content-type')], [200, 'text/event-stream']);
    t.equal(await answer.text(), 'data: 1');
  });
});

t.test('payload format 1.0', async (t) => {
  const { get } = await openUrl(t, ['--url-payload', '1.0']);
  const answer = await get('/lists', { method: 'PUT' });
  t.strictSame(answer.headers.getSetCookie(), ['a=1', 'b=2']);
  t.equal(await answer.text(), 'PUT');
  t.equal((await get('/without-status')).status, 502);
});

t.test('cross-origin settings', async (t) => {
  const origin = 'http://localhost:3000';
  const { get } = await openUrl(t, [
    ...['--url-cors', origin, '--url-cors', 'https://example.com', '--url-cors-methods', 'GET, PUT'],
    ...['--url-cors-headers', 'x-a,x-b', '--url-cors-expose', 'x-c', '--url-cors-credentials'],
    ...['--url-cors-max-age', '300'],
  ]);
  const preflight = (from: string) =>
    get('/throws', { method: 'OPTIONS', headers: { Origin: from, 'Access-Control-Request-Method': 'PUT' } });
  const said = (answer: Response) =>
    Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));
  const allowed = await preflight(origin);
  t.equal(allowed.status, 200);
  t.strictSame(said(allowed), {
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'x-a,x-b',
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-origin': origin,
    'access-control-max-age': '300',
    vary: 'Origin',
  });
  t.strictSame(said(await preflight('https://other.example')), { vary: 'Origin' });
  t.strictSame(said(await get('/page', { headers: { Origin: 'https://example.com' } })), {
    'access-control-allow-credentials': 'true',
    'access-control-allow-origin': 'https://example.com',
    'access-control-expose-headers': 'x-c',
    vary: 'Origin',
  });
  t.strictSame(said(await get('/page')), {});
});

t.test('the end: both listeners close', async (t) => {
  const { door, get } = await openUrl(t);
  await (await get('/page')).text();
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
  await t.rejects(get('/page'));
});

t.test('flags that do not fit', async (t) => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  t.teardown(() => busy.close());
  const { port } = busy.address() as AddressInfo;
  const wrong: [string[], RegExp][] = [
    [['--url-port', '0'], /--url-port: it needs --url\./],
    [['--url', '--url-cors-methods', 'GET'], /--url-cors-methods: it needs --url-cors\./],
    [['--url', '--url-cors', 'example.com'], /--url-cors example\.com: write an origin/],
    [['--url', '--url-cors', '*', '--url-cors-max-age', '86401'], /--url-cors-max-age is "86401"/],
    [['--url', '--url-payload', '3.0'], /--url-payload is "3\.0": it must be 2\.0 or 1\.0\./],
    [['--url', '--url-invoke-mode', 'stream'], /it must be BUFFERED or RESPONSE_STREAM\./],
    [['--url', '--url-port', String(port)], /Port \d+ on 127\.0\.0\.1 is already in use \(--url-port\)/],
  ];
  for (const [flags, message] of wrong) {
    const ended = await runDoor(t, 'lambda-bootstraps', ['serve', 'index.echo', '--port', '0', ...flags]);
    t.equal(ended.code, 2, flags.join(' '));
    t.match(ended.stderr, message);
  }
});
