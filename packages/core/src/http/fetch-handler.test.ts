import t from 'tap';
import { encodeText } from '../bytes.ts';
import type { HttpHandler, HttpReplyStream } from '../host.ts';
import { LambdaService } from '../service/lambda-service.ts';
import { echoRuntime } from '../testing/echo-runtime.ts';
import { memoryFunctions } from '../testing/memory-functions.ts';
import { fetchHandler } from './fetch-handler.ts';

const url = 'http://localhost/a%20b/c?d=e&f';

t.test('a request, whole', async (t) => {
  const show: HttpHandler = async (request, reply) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request.chunks()) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { method, path, query, peer } = request;
    const shown = { method, path, query, peer, own: request.header('x-own'), none: request.header('x-none') ?? null };
    reply.send(201, { 'Set-Cookie': ['a=1', 'b=2'], 'X-One': 'yes' }, JSON.stringify({ ...shown, body }));
  };
  const request = new Request(url, { method: 'POST', headers: { 'X-Own': '1' }, body: 'text' });
  const response = await fetchHandler(show)(request, { peer: '127.0.0.1' });
  t.equal(response.status, 201);
  t.strictSame(response.headers.getSetCookie(), ['a=1', 'b=2']);
  t.equal(response.headers.get('x-one'), 'yes');
  t.strictSame(await response.json(), {
    ...{ method: 'POST', path: '/a%20b/c', query: 'd=e&f', peer: '127.0.0.1', own: '1', none: null },
    body: 'text',
  });
  const plain = await (await fetchHandler(show)(new Request(url))).json();
  t.match(plain, { method: 'GET', peer: '', body: '' });
});

t.test('answers without a body', async (t) => {
  const response = await fetchHandler((_, reply) => reply.send(204, { 'X-One': 'yes' }, ''))(new Request(url));
  t.equal(response.status, 204);
  t.equal(response.body, null);
});

t.test('the first answer counts', async (t) => {
  const response = await fetchHandler((_, reply) => {
    reply.send(200, {}, 'first');
    reply.send(500, {}, 'second');
  })(new Request(url));
  t.equal(response.status, 200);
  t.equal(await response.text(), 'first');
});

t.test('a streamed answer is made as fast as it is read', async (t) => {
  let written = 0;
  const response = await fetchHandler(async (_, reply) => {
    const stream = reply.stream(200, { 'Content-Type': 'text/plain' });
    for (const text of ['one', 'two', 'three']) {
      await stream.write(encodeText(text));
      written++;
    }
    stream.end();
  })(new Request(url));
  t.equal(response.headers.get('content-type'), 'text/plain');
  const reader = response.body!.getReader();
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(written, 0, 'the first piece has not been taken');
  const texts: string[] = [];
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    texts.push(Buffer.from(read.value).toString());
  }
  t.strictSame(texts, ['one', 'two', 'three']);
});

t.test('a reader who leaves', async (t) => {
  let ended: (error: unknown) => void = () => undefined;
  const seen = new Promise((resolve) => {
    ended = resolve;
  });
  const response = await fetchHandler(async (_, reply) => {
    const stream = reply.stream(200, {});
    const forever = async () => {
      for (;;) await stream.write(encodeText('again'));
    };
    await forever().catch(ended);
  })(new Request(url));
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  t.match(await seen, { message: /closed the connection/ });
});

t.test('answers that break off', async (t) => {
  const broken = await fetchHandler(async (_, reply) => {
    const stream = reply.stream(200, {});
    void stream.write(encodeText('begun')).catch(() => undefined);
    stream.abort();
  })(new Request(url));
  await t.rejects(broken.text(), /broke off/);

  const thrown = await fetchHandler(async (_, reply) => {
    reply.stream(200, {});
    throw new Error('half way');
  })(new Request(url));
  await t.rejects(thrown.text(), /broke off/);
});

t.test('a handler that fails', async (t) => {
  const failing = fetchHandler(() => {
    throw new Error('no idea');
  });
  const response = await failing(new Request(url));
  t.equal(response.status, 500);
  t.match(await response.json(), { errorType: 'InternalError', errorMessage: 'no idea' });
  const impossible = await fetchHandler((_, reply) => reply.send(99, {}, ''))(new Request(url));
  t.equal(impossible.status, 500);
});

t.test('a client that hangs up before its answer', async (t) => {
  const controller = new AbortController();
  let hungUp = 0;
  let stream: HttpReplyStream | undefined;
  const waiting = fetchHandler((_, reply) => reply.onHangUp(() => hungUp++))(
    new Request(url, { signal: controller.signal }),
  );
  const answered = await fetchHandler((_, reply) => {
    reply.onHangUp(() => hungUp++);
    stream = reply.stream(200, {});
  })(new Request(url, { signal: controller.signal }));
  controller.abort();
  t.equal((await waiting).status, 499);
  t.equal(hungUp, 1, 'who has begun to answer is not told');
  stream?.end();
  t.equal(await answered.text(), '');
  await fetchHandler((_, reply) => reply.onHangUp(() => hungUp++))(new Request(url, { signal: AbortSignal.abort() }));
  t.equal(hungUp, 2, 'gone before it was asked');
});

t.test('the Invoke API behind it', async (t) => {
  const { resolve, memory } = memoryFunctions({ echo: echoRuntime() });
  const service = new LambdaService({ host: memory.host, resolve });
  t.teardown(() => service.close());
  service.create({ functionName: 'orders', runtime: 'echo' });
  const handle = fetchHandler(service.handler);
  const invoke = (path: string) => handle(new Request(`http://localhost${path}`, { method: 'POST', body: '{"a":1}' }));
  t.equal(await (await invoke('/2015-03-31/functions/orders/invocations')).text(), '{"a":1}');
  const streamed = await invoke('/2021-11-15/functions/orders/response-streaming-invocations');
  t.equal(streamed.headers.get('content-type'), 'application/vnd.amazon.eventstream');
  t.match(await streamed.text(), /PayloadChunk[\s\S]*\{"a":1\}[\s\S]*InvokeComplete/);
});
