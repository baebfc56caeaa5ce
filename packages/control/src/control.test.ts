import t from 'tap';
import { serveControl, token } from './testing/serve-control.ts';

const full = { managed: true, token };

t.test('a function is made, seen, invoked, changed and removed', async (t) => {
  const { ask } = await serveControl(t, full);
  const folder = t.testdir({});
  const settings = { functionName: 'orders', runtime: 'test1.x', taskDir: folder };
  const made = await ask('POST', '/v1/functions', { ...settings, timeoutMs: 20_000, environment: { A: 'b' } });
  t.equal(made.status, 201, made.text);
  t.equal(made.headers.get('location'), '/v1/functions/orders');
  t.match(made.json, {
    ...settings,
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
    state: 'cold',
    handler: 'function.handler',
    functionVersion: '$LATEST',
    environment: { A: 'b' },
    timeoutMs: 20_000,
    memorySizeMb: 128,
    concurrency: 1,
    layers: [],
  });
  t.same((await ask('GET', '/v1/functions/orders')).json, made.json);
  t.same((await ask('GET', '/v1/functions')).json, { functions: [made.json] });

  const answer = await ask('POST', '/v1/functions/orders/invoke', { payload: { log: 'heard' }, tail: true });
  t.equal(answer.status, 200);
  t.match(answer.json, {
    requestId: /^[0-9a-f-]{36}$/,
    payload: { log: 'heard' },
    functionError: undefined,
    logTail: /^START [\s\S]*\nheard\n[\s\S]*REPORT /,
    report: { status: 'success', memorySizeMb: 128, durationMs: Number, initDurationMs: Number },
  });
  t.match((await ask('GET', '/v1/functions/orders')).json, { state: 'warm' });

  const changed = await ask('PATCH', '/v1/functions/orders', { memorySizeMb: 256 });
  t.equal(changed.status, 200);
  t.same({ ...changed.json, state: 'cold', memorySizeMb: 128 }, made.json, 'what was not named stays');
  t.match((await ask('POST', '/v1/functions/orders/invoke', {})).json, {
    payload: {},
    logTail: undefined,
    report: { memorySizeMb: 256 },
  });
  t.equal((await ask('DELETE', '/v1/functions/orders')).status, 204);
  const gone = await ask('GET', '/v1/functions/orders');
  t.equal(gone.status, 404);
  t.match(gone.json, {
    error: { code: 'ERR_UNKNOWN_FUNCTION', message: 'There is no function orders. There is none at all.' },
  });
});

t.test('an answer is given as it is: an error, a number that JavaScript has not, a text that is no JSON', async (t) => {
  const { ask, service } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 20_000 });
  const invoke = (body: string) => ask('POST', '/v1/functions/f/invoke', body);
  t.match((await invoke('{"payload":{"fail":true}}')).json, {
    payload: { errorType: 'Asked', errorMessage: 'as asked' },
    functionError: 'Unhandled',
  });
  t.match((await invoke('{"payload": {"n":12345678901234567890} }')).text, /"payload":\{"n":12345678901234567890\}\}$/);
  t.match((await invoke('{"payload":{"text":"no JSON"}}')).json, { payload: undefined, payloadText: 'no JSON' });
  t.match((await invoke('{"payload":null}')).json, { payload: null });
  service.create({ functionName: 'slow', runtime: 'test1.x', timeoutMs: 100 });
  t.match((await ask('POST', '/v1/functions/slow/invoke', { payload: { sleepMs: 60_000 } })).json, {
    payload: { errorType: 'Sandbox.Timedout' },
    functionError: 'Unhandled',
    report: { status: 'timeout', durationMs: 100 },
  });
});

t.test('what is wrong with a request is said with a code and a sentence', async (t) => {
  const { ask, service } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x' });
  const settings = { functionName: 'g', runtime: 'test1.x', taskDir: t.testdir({}) };
  const wrong: [method: string, path: string, body: unknown, status: number, code: string, message: RegExp][] = [
    ['POST', '/v1/functions', { ...settings, functionName: 'f' }, 409, 'ERR_FUNCTION_EXISTS', /f already/],
    ['POST', '/v1/functions', { ...settings, runtime: 'x' }, 400, 'ERR_UNKNOWN_RUNTIME', /test1\.x/],
    ['POST', '/v1/functions', { ...settings, taskDir: '/nowhere' }, 400, 'ERR_NOT_A_DIRECTORY', /^taskDir: \/nowhere/],
    ['POST', '/v1/functions', { ...settings, layers: ['/'].concat('/no') }, 400, 'ERR_NOT_A_DIRECTORY', /^layers\[1\]/],
    [
      'POST',
      '/v1/functions',
      { ...settings, environment: { AWS_REGION: 'x' } },
      400,
      'ERR_RESERVED_VARIABLE',
      /AWS_REGION/,
    ],
    ['POST', '/v1/functions', '{"a":', 400, 'ERR_INVALID_BODY', /not JSON/],
    ['POST', '/v1/functions', '', 400, 'ERR_INVALID_BODY', /empty/],
    [
      'POST',
      '/v1/functions',
      `{"a":"${'x'.repeat(1_100_000)}"}`,
      413,
      'ERR_BODY_TOO_LARGE',
      /1100008 bytes; it may have 1048576/,
    ],
    ['PATCH', '/v1/functions/none', {}, 404, 'ERR_UNKNOWN_FUNCTION', /^There is no function none\. There are f\.$/],
    [
      'PATCH',
      '/v1/functions/f',
      { functionName: 'g' },
      400,
      'ERR_INVALID_ARGUMENT',
      /^functionName: there is no such field/,
    ],
    ['DELETE', '/v1/functions/none', undefined, 404, 'ERR_UNKNOWN_FUNCTION', /none/],
    ['POST', '/v1/functions/none/invoke', {}, 404, 'ERR_UNKNOWN_FUNCTION', /none/],
    [
      'POST',
      '/v1/functions/f/invoke',
      { event: {} },
      400,
      'ERR_INVALID_ARGUMENT',
      /^event: there is no such field; there are payload, /,
    ],
    [
      'POST',
      '/v1/functions/f/invoke',
      { clientContext: 'x' },
      400,
      'ERR_INVALID_ARGUMENT',
      /^clientContext: it must be an object/,
    ],
    [
      'POST',
      '/v1/functions/f/invoke',
      { clientContext: { a: 'x'.repeat(2_700) } },
      400,
      'ERR_INVALID_ARGUMENT',
      /3612 bytes in base64/,
    ],
    [
      'POST',
      '/v1/functions/f/invoke',
      { payload: 'x'.repeat(6_291_456) },
      413,
      'ERR_EVENT_TOO_LARGE',
      /payload.*6291458/,
    ],
    ['PUT', '/v1/functions/f', {}, 405, 'ERR_METHOD_NOT_ALLOWED', /takes GET, PATCH, DELETE, not PUT/],
    [
      'GET',
      '/v1/functions?a=1',
      undefined,
      400,
      'ERR_INVALID_ARGUMENT',
      /^The parameter a: there is no such parameter/,
    ],
    ['GET', '/v1/elsewhere', undefined, 404, 'ERR_UNKNOWN_ROUTE', /\/v1\/elsewhere/],
    ['GET', '/v1', undefined, 404, 'ERR_UNKNOWN_ROUTE', /\/v1/],
    ['GET', '/v1/feed', undefined, 426, 'ERR_NOT_A_WEBSOCKET', /Upgrade: websocket/],
    ['GET', '/v1/events?from=-1', undefined, 400, 'ERR_INVALID_NUMBER', /^The parameter from is "-1"/],
    ['GET', '/v1/events?from=1e3', undefined, 400, 'ERR_INVALID_NUMBER', /from/],
    ['GET', '/v1/events?wait=61', undefined, 400, 'ERR_INVALID_NUMBER', /^The parameter wait is "61".*from 0 to 60/],
    [
      'GET',
      '/v1/events?types=log,logs',
      undefined,
      400,
      'ERR_INVALID_ARGUMENT',
      /no events of the type "logs"; there are .*log/,
    ],
    ['GET', '/v1/events?types=', undefined, 400, 'ERR_INVALID_ARGUMENT', /^The parameter types: it is empty/],
    ['GET', '/v1/events?functions=', undefined, 400, 'ERR_INVALID_ARGUMENT', /^The parameter functions: it is empty/],
    [
      'GET',
      '/v1/events?from=1&from=2',
      undefined,
      400,
      'ERR_INVALID_ARGUMENT',
      /^The parameter from: it is there twice/,
    ],
  ];
  for (const [method, path, body, status, code, message] of wrong) {
    const answer = await ask(method, path, body);
    t.equal(answer.status, status, `${method} ${path} ${code}`);
    t.match(answer.json, { error: { code, message } });
    t.match(answer.headers.get('content-type'), 'application/json');
    t.match(answer.headers.get('x-content-type-options'), 'nosniff');
  }
  t.equal((await ask('PUT', '/v1/functions/f')).headers.get('allow'), 'GET, PATCH, DELETE');
  t.equal((await ask('HEAD', '/v1/functions')).status, 200);
  t.equal(service.get('f')?.isReady, false, 'and nothing was started');
});

t.test('ready and the description need no token, and stop is heard', async (t) => {
  let stops = 0;
  const { at, ask } = await serveControl(t, { ...full, onStop: () => stops++ });
  t.same(await (await fetch(at('/v1/ready'))).json(), { status: 'ready', version: '1.2.3' });
  t.match(await (await fetch(at('/v1/openapi.json'))).json(), { openapi: '3.1.0', paths: { '/v1/functions': {} } });
  t.equal((await fetch(at('/v1/stop'), { method: 'POST' })).status, 401);
  t.equal(stops, 0);
  t.equal((await ask('POST', '/v1/stop')).status, 202);
  t.equal(stops, 1);
});

t.test('where things are only seen, nothing is changed, and variables are not shown', async (t) => {
  const { ask, service } = await serveControl(t);
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 20_000, environment: { SECRET: 's' } });
  const base = '/_inspector/v1';
  t.same((await ask('GET', `${base}/ready`)).json, { status: 'ready', version: '1.2.3' });
  const { functions } = (await ask('GET', `${base}/functions`)).json;
  t.match(functions, [{ functionName: 'f', state: 'cold', environment: undefined }]);
  t.same((await ask('GET', `${base}/functions/f`)).json, functions[0]);
  t.match((await ask('POST', `${base}/functions/f/invoke`, { payload: 1 })).json, { payload: 1 });
  t.equal((await ask('POST', `${base}/functions`, {})).status, 405);
  t.equal((await ask('PATCH', `${base}/functions/f`, {})).status, 405);
  t.equal((await ask('DELETE', `${base}/functions/f`)).status, 405);
  t.equal((await ask('POST', `${base}/stop`)).status, 404);
  t.equal((await ask('GET', '/v1/functions')).status, 404, 'the whole API is not there');
});

t.test('the Invoke API is beside it', async (t) => {
  const { ask, service } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 20_000 });
  t.same((await ask('POST', '/2015-03-31/functions/f/invocations', { a: 1 })).json, { a: 1 });
  t.equal((await ask('POST', '/2015-03-31/functions/g/invocations', {})).status, 404);
});

t.test('events are polled: those that are kept, those that come, those that are wanted', async (t) => {
  const { ask, service, events } = await serveControl(t, full);
  service.create({ functionName: 'f', runtime: 'test1.x', timeoutMs: 20_000 });
  t.same((await ask('GET', '/v1/events?from=1')).json, { events: [], next: 1, lost: 0 });
  await ask('POST', '/v1/functions/f/invoke', { payload: { log: 'heard' } });
  const { json } = await ask('GET', '/v1/events?from=1');
  t.equal(json.events[0].type, 'invocation-received');
  t.equal(json.events.at(-1).type, 'invocation-completed');
  t.same(
    json.events.map(({ seq }: { seq: number }) => seq),
    json.events.map((_: unknown, index: number) => index + 1),
  );
  t.equal(json.next, events.next);
  t.same((await ask('GET', '/v1/events')).json, { events: [], next: json.next, lost: 0 }, 'without from: from now on');
  t.same((await ask('GET', '/v1/events?from=1&functions=g')).json, { events: [], next: json.next, lost: 0 });
  t.match((await ask('GET', '/v1/events?from=1&functions=g,f&types=log')).json.events, [{ text: 'heard\n' }]);

  const waiting = ask('GET', `/v1/events?from=${json.next}&wait=60&types=log`);
  const [polled] = await Promise.all([waiting, ask('POST', '/v1/functions/f/invoke', { payload: { log: 'later' } })]);
  t.match(polled.json.events, [{ type: 'log', text: 'later\n' }]);
  t.match((await ask('GET', `/v1/events?wait=1&functions=none`)).json, { events: [] }, 'the time is over');
});

t.test('polls that wait are answered when the server ends, and there may be so many', async (t) => {
  const { ask, control } = await serveControl(t, full);
  let refused: { json: unknown } | undefined;
  const polls = Array.from({ length: 65 }, async () => {
    const answer = await ask('GET', '/v1/events?wait=60');
    if (answer.status === 429) refused = answer;
    if (refused) control.close();
    return answer.status;
  });
  t.same((await Promise.all(polls)).sort(), [...Array(64).fill(200), 429]);
  t.match(refused?.json, { error: { code: 'ERR_TOO_MANY_READERS' } });
});

t.test('a poll that was given up makes room for another', async (t) => {
  const { at, ask, events, control } = await serveControl(t, full);
  const giveUp = new AbortController();
  const given = { headers: { Authorization: `Bearer ${token}` }, signal: giveUp.signal };
  const polls = Array.from({ length: 64 }, () => fetch(at('/v1/events?wait=60'), given).catch(() => undefined));
  while ((await ask('GET', '/v1/events?wait=1')).status === 200);
  giveUp.abort();
  await Promise.all(polls);
  let status = 429;
  while (status === 429) ({ status } = await ask('GET', '/v1/events?wait=1'));
  t.equal(status, 200);
  t.equal(events.next, 1);
  control.close();
});

t.test('the page: its files alone, under their names', async (t) => {
  const file = (contentType: string, text: string) => ({ contentType, bytes: Buffer.from(text) });
  const page = new Map([
    ['index.html', file('text/html; charset=utf-8', '<!doctype html>')],
    ['page.js', file('text/javascript', '1')],
  ]);
  const { at } = await serveControl(t, { page, token });
  const get = (path: string, init: RequestInit = {}) => fetch(at(path), { redirect: 'manual', ...init });
  const index = await get('/_inspector/');
  t.equal(await index.text(), '<!doctype html>');
  t.match(Object.fromEntries(index.headers), {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  t.equal((await get('/_inspector/index.html')).status, 200);
  t.equal((await get('/_inspector/page.js')).headers.get('content-type'), 'text/javascript');
  t.match(Object.fromEntries((await get('/_inspector')).headers), { location: '/_inspector/' });
  t.equal((await get('/_inspector/', { method: 'POST' })).status, 405);
  t.equal((await get('/_inspector/none.js')).status, 404);
  t.equal((await get('/_inspector/v1/functions')).status, 401, 'what it asks for needs the token');
});
