import t, { type Test } from 'tap';
import { decodeText } from '../bytes.ts';
import { defineFunction } from '../function/define-function.ts';
import { createSandbox, type SandboxOptions } from '../sandbox/sandbox.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { MemoryRequest } from '../testing/memory-http.ts';
import type { MemoryContext } from '../testing/memory-launcher.ts';
import { createFunctionUrl, type FunctionUrlOptions } from './function-url.ts';

type Handler = (event: Event, answer: Answer, context: MemoryContext) => Promise<unknown>;

interface Event {
  readonly rawPath: string;
  readonly headers: Record<string, string>;
  readonly requestContext: { readonly requestId: string };
  readonly [name: string]: unknown;
}

interface Answer {
  whole(kind: 'response' | 'error', value: unknown): Promise<unknown>;
  streamed(contentType: string | undefined, chunks: MemoryRequest['chunks'], errorType?: string): Promise<unknown>;
}

/** A function URL before a function that does what the test says; its server's port. */
async function urlOf(
  t: Test,
  handler: Handler,
  options: Partial<FunctionUrlOptions> &
    Pick<SandboxOptions, 'queueLimit'> & { readonly timeoutMs?: number; readonly clock?: ManualClock } = {},
) {
  const { timeoutMs = 30_000, queueLimit = 10, clock, ...more } = options;
  const memory = createMemoryHost(clock ? { clock } : {});
  const { host, launcher } = memory;
  const runtime = memory.runtime('function', async (context) => {
    for (;;) {
      const next = await context.fetch('/2018-06-01/runtime/invocation/next');
      const path = `/2018-06-01/runtime/invocation/${next.headers['lambda-runtime-aws-request-id']}`;
      const post = (kind: string, request: Omit<MemoryRequest, 'path'>) =>
        context.fetch(`${path}/${kind}`, { method: 'POST', ...request });
      const answer: Answer = {
        whole: (kind, value) => post(kind, { body: JSON.stringify(value) }),
        streamed: (contentType, chunks, errorType) =>
          post('response', {
            headers: {
              'Lambda-Runtime-Function-Response-Mode': 'streaming',
              ...(contentType !== undefined && { 'Content-Type': contentType }),
            },
            ...(chunks && { chunks }),
            ...(errorType !== undefined && { trailers: { 'Lambda-Runtime-Function-Error-Type': errorType } }),
          }),
      };
      await handler(JSON.parse(decodeText(next.body)), answer, context);
    }
  });
  const config = defineFunction(
    { handler: 'h', runtime: 'function', taskRoot: '/task', region: 'eu-west-1', timeoutMs },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
  const sandbox = createSandbox({ host, launcher, config, runtime, queueLimit });
  t.teardown(() => sandbox.close());
  const notices: string[] = [];
  const notice = (sentence: string) => void notices.push(sentence);
  const server = await host.http.listen(
    { address: '127.0.0.1', port: 0, source: '--url-port' },
    createFunctionUrl({ host, sandbox, notice, ...more }),
  );
  const request = (path: string, init: Omit<MemoryRequest, 'path'> = {}) =>
    memory.request(`127.0.0.1:${server.port}`, { path, ...init });
  return { request, notices, sandbox };
}

const echo: Handler = (event, answer) => answer.whole('response', event);
const prelude = 'application/vnd.awslambda.http-integration-response';
const badGateway = { status: 502, text: 'Internal Server Error' };

t.test('a request is an event, and the answer a response', async (t) => {
  const { request } = await urlOf(t, echo, { urlId: 'abc' });
  const headers = { Host: 'localhost:9002', 'X-Amzn-Trace-Id': 'Root=1-a-b;Sampled=1', 'X-Forwarded-For': '10.0.0.1' };
  const answer = await request('/p?q=1', { method: 'PUT', headers, body: 'x', peer: '::ffff:127.0.0.1' });
  t.equal(answer.status, 200);
  const event: Event = JSON.parse(answer.text);
  t.match(event, {
    version: '2.0',
    rawPath: '/p',
    rawQueryString: 'q=1',
    headers: {
      host: 'localhost:9002',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '9002',
      'x-amzn-trace-id': 'Root=1-a-b',
    },
    requestContext: {
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-west-1.on.aws',
      http: { method: 'PUT', path: '/p', sourceIp: '127.0.0.1' },
    },
    body: 'eA==',
    isBase64Encoded: true,
  });
  t.match(answer.headers, {
    'content-type': 'application/json',
    'x-amzn-requestid': event.requestContext.requestId,
    'x-amzn-trace-id': 'Root=1-a-b',
  });
});

t.test('format 1.0', async (t) => {
  const statusCode = 203;
  const handler: Handler = (event, answer) =>
    answer.whole('response', { statusCode, multiValueHeaders: { 'X-A': ['1', '2'] }, body: event.httpMethod });
  const { request } = await urlOf(t, handler, { payloadVersion: '1.0' });
  t.match(await request('/', { method: 'DELETE' }), { status: 203, headers: { 'x-a': '1, 2' }, text: 'DELETE' });
});

t.test('the URL has a name of its own', async (t) => {
  const { request } = await urlOf(t, echo);
  const { requestContext } = JSON.parse((await request('/')).text);
  t.match(requestContext.apiId, /^[0-9a-f]{32}$/);
  t.equal(requestContext.domainName, `${requestContext.apiId}.lambda-url.eu-west-1.on.aws`);
});

t.test('errors, exits and timeouts tell the caller nothing', async (t) => {
  const handler: Handler = async (event, answer, context) => {
    if (event.rawPath === '/throws') return answer.whole('error', { errorType: 'Error', errorMessage: 'secret' });
    if (event.rawPath === '/exits') return context.exit(3);
    return context.ended;
  };
  const { request, notices } = await urlOf(t, handler, { timeoutMs: 300 });
  for (const path of ['/throws', '/exits', '/hangs']) t.match(await request(path), badGateway, path);
  t.strictSame(notices, [], 'the log of the function says what went wrong');
});

t.test('an answer that is no response is 502, and who wrote the function hears why', async (t) => {
  const { request, notices } = await urlOf(t, (_event, answer) => answer.whole('response', { statusCode: 1 }));
  t.match(await request('/'), badGateway);
  t.match(notices, [/^the answer of [0-9a-f-]{36} is no HTTP response: statusCode is 1: /]);
});

t.test('what is too large, as a body or as an event', async (t) => {
  const { request } = await urlOf(t, (_event, answer) => answer.whole('response', 'taken'));
  const sent = async (bytes: number, contentType: string) =>
    (await request('/', { method: 'POST', headers: { 'Content-Type': contentType }, body: 'x'.repeat(bytes) })).status;
  t.equal(await sent(6_200_000, 'text/plain'), 200);
  t.equal(await sent(6_291_457, 'text/plain'), 413);
  t.equal(await sent(4_700_000, 'image/png'), 200);
  t.equal(await sent(4_800_000, 'image/png'), 413);
});

t.test('a queue that is full is 429, a sandbox that is closed 503', async (t) => {
  const { request, sandbox } = await urlOf(t, (_event, _answer, context) => context.ended, { queueLimit: 0 });
  const held = request('/held').catch(() => undefined);
  const answer = await request('/');
  t.match(answer, { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' } });
  t.match(JSON.parse(answer.text), { Reason: 'ConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' });
  await sandbox.close();
  await held;
  t.equal((await request('/')).status, 503);
});

t.test('streamed answers', async (t) => {
  const invokeMode = 'RESPONSE_STREAM';
  const zeros = '\0'.repeat(8);

  t.test('with a prelude, wherever it is cut', async (t) => {
    const whole = `{"statusCode":201,"headers":{"Content-Type":"text/html"},"cookies":["a=1","b=2"]}${zeros}one`;
    for (const at of [1, 40, whole.length - 9, whole.length - 4, whole.length - 3, whole.length]) {
      const chunks = [whole.slice(0, at), whole.slice(at), ', two'];
      const { request } = await urlOf(t, (_event, answer) => answer.streamed(prelude, chunks), { invokeMode });
      t.match(
        await request('/'),
        { status: 201, headers: { 'content-type': 'text/html', 'set-cookie': 'a=1, b=2' }, text: 'one, two' },
        `at ${at}`,
      );
    }
  });

  t.test('without one', async (t) => {
    const handler: Handler = (event, answer) =>
      answer.streamed(event.rawPath === '/typed' ? 'text/event-stream' : undefined, ['one', ',two']);
    const { request } = await urlOf(t, handler, { invokeMode });
    t.match(await request('/typed'), {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      text: 'one,two',
    });
    t.match(await request('/'), { headers: { 'content-type': 'application/octet-stream' }, text: 'one,two' });
  });

  t.test('of a function that does not stream: passed on as it is', async (t) => {
    const { request } = await urlOf(t, (_event, answer) => answer.whole('response', { statusCode: 404 }), {
      invokeMode,
    });
    t.match(await request('/'), { status: 200, text: '{"statusCode":404}' });
  });

  t.test('that fail: 502 before the first byte, a broken connection after it', async (t) => {
    const handler: Handler = async (event, answer) => {
      if (event.rawPath === '/first') return answer.whole('error', { errorType: 'Error' });
      if (event.rawPath === '/prelude') return answer.streamed(prelude, ['{"statusCode"'], 'Error');
      return answer.streamed(prelude, [`{}${zeros}half`], 'Error');
    };
    const { request } = await urlOf(t, handler, { invokeMode });
    t.match(await request('/first'), badGateway);
    t.match(await request('/prelude'), badGateway);
    await t.rejects(request('/half'), { message: 'socket hang up' });
  });

  t.test('of a prelude that is none', async (t) => {
    const handler: Handler = (event, answer) => answer.streamed(prelude, [event.headers['x-say'] ?? '', 'more']);
    const { request, notices } = await urlOf(t, handler, { invokeMode });
    const said = ['{}', `{"statusCode":"x"}${zeros}`, `{${zeros}`, `${'x'.repeat(16_384)}${zeros}`];
    for (const prelude of said) t.match(await request('/', { headers: { 'X-Say': prelude } }), badGateway);
    t.match(notices, [/eight zeros are missing/, /statusCode is "x"/, /is not JSON/, /eight zeros are missing/]);
  });

  t.test('that time out in the middle', async (t) => {
    const clock = new ManualClock();
    async function* chunks() {
      yield `{}${zeros}half`;
      // Asked for the next one, it knows that the first was taken.
      await clock.advance(30_000);
      await new Promise(() => undefined);
    }
    const { request } = await urlOf(t, (_event, answer) => answer.streamed(prelude, chunks()), { invokeMode, clock });
    await t.rejects(request('/'), { message: 'socket hang up' });
  });

  t.test('of a function that streams behind a buffered URL', async (t) => {
    const chunks = [`{"statusCode":201}${zeros}one`];
    const { request } = await urlOf(t, (_event, answer) => answer.streamed(prelude, chunks));
    t.match(await request('/'), { status: 201, text: 'one' });
  });
});

t.test('cross-origin settings', async (t) => {
  const origin = 'https://example.com';
  const preflight = {
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-a' },
  };

  t.test('none: preflights are for the function', async (t) => {
    const { request } = await urlOf(t, (_event, answer) => answer.whole('response', { statusCode: 204 }));
    const answer = await request('/', preflight);
    t.equal(answer.status, 204);
    t.notOk('vary' in answer.headers);
  });

  t.test('an origin that is allowed, and another', async (t) => {
    const said = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Accept' } };
    const { request } = await urlOf(t, (_event, answer) => answer.whole('response', said), {
      cors: {
        allowOrigins: [origin],
        allowMethods: ['GET', 'PUT'],
        allowHeaders: ['x-a'],
        exposeHeaders: ['x-b'],
        maxAgeSeconds: 60,
      },
    });
    const asked = await request('/', preflight);
    t.equal(asked.status, 200);
    t.strictSame(asked.headers, {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-a',
      'access-control-max-age': '60',
    });
    const foreign = { ...preflight, headers: { ...preflight.headers, Origin: 'https://other.example' } };
    t.strictSame((await request('/', foreign)).headers, { vary: 'Origin' });
    t.match((await request('/', { headers: { Origin: origin } })).headers, {
      vary: 'Accept, Origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-b',
    });
    const refused = await request('/', { headers: { Origin: 'https://other.example' } });
    t.notOk('access-control-allow-origin' in refused.headers, 'what the function says does not count');
    t.match((await request('/')).headers, { 'access-control-allow-origin': '*', vary: 'Accept' });
  });

  t.test('every origin', async (t) => {
    const { request } = await urlOf(t, echo, { cors: { allowOrigins: ['*'], allowMethods: ['*'] } });
    t.strictSame((await request('/', preflight)).headers, {
      vary: 'Origin',
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
    });
  });

  t.test('every origin with credentials: a browser takes no star then', async (t) => {
    const { request } = await urlOf(t, echo, {
      cors: { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], allowCredentials: true },
    });
    t.strictSame((await request('/', preflight)).headers, {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-a',
    });
  });

  t.test('also on errors', async (t) => {
    const { request } = await urlOf(t, (_event, answer) => answer.whole('error', {}), {
      cors: { allowOrigins: ['*'] },
    });
    t.match(await request('/', { headers: { Origin: origin } }), {
      ...badGateway,
      headers: { 'access-control-allow-origin': '*' },
    });
  });
});
