import t, { type Test } from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import type { TcpConnection } from '../host.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { MemoryTcp } from '../testing/memory-tcp.ts';
import { HttpClient } from './http-client.ts';
import { HttpResponseReader } from './http-response.ts';

const limitMs = 10_000;

/** A server that answers each request with the next of these, and keeps what it received. */
function serve(t: Test, answers: readonly (string | 'close' | 'silence')[]) {
  const tcp = new MemoryTcp();
  const clock = new ManualClock();
  const requests: string[] = [];
  let connections = 0;
  const left = [...answers];
  const stop = tcp.listen(4243, async (peer: TcpConnection) => {
    connections++;
    let text = '';
    for await (const chunk of peer.chunks()) {
      text += decodeText(chunk);
      const length = Number(/Content-Length: (\d+)/.exec(text)?.[1]);
      if (text.length < text.indexOf('\r\n\r\n') + 4 + length) continue;
      requests.push(text);
      text = '';
      const answer = left.shift() ?? 'close';
      if (answer === 'close') return peer.close();
      if (answer === 'silence') continue;
      await peer.write(encodeText(answer));
      if (/Connection: close|^(?!.*Content-Length|.*chunked)/is.test(answer)) peer.close();
    }
  });
  const client = new HttpClient({
    tcp,
    clock,
    address: '127.0.0.1',
    port: 4243,
    host: 'sandbox.localdomain:4243',
    limitMs,
  });
  t.teardown(() => client.close());
  return {
    client,
    clock,
    requests,
    stop,
    connections: () => connections,
    post: (body: string) => client.request('POST', '/path?q', encodeText(body)),
  };
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK';

t.test('a request, and a connection that is kept for the next', async (t) => {
  const { post, requests, connections } = serve(t, [
    ok,
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n',
    'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
  ]);
  t.equal(await post('[1]'), 200);
  t.equal(await post('[2]'), 500);
  t.equal(await post('[3]'), 204);
  t.equal(connections(), 1);
  t.equal(
    requests[0],
    'POST /path?q HTTP/1.1\r\nHost: sandbox.localdomain:4243\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]',
  );
});

t.test('a server that closes: after its answer, between exchanges, and instead of one', async (t) => {
  const { post, requests, connections } = serve(t, [
    'HTTP/1.0 200 OK\r\n\r\nuntil the end',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    ok,
    'close',
    ok,
    'close',
    'close',
  ]);
  t.equal(await post('1'), 200, 'an answer that ends with the connection');
  t.equal(await post('2'), 200);
  t.equal(await post('3'), 200);
  t.equal(connections(), 3);
  t.equal(await post('4'), 200, 'a kept connection that was closed is replaced');
  t.equal(connections(), 4);
  t.equal(requests.length, 5);
  await t.rejects(post('5'), { message: 'the connection closed before the answer was complete' });
});

t.test('nobody listens', async (t) => {
  const { post, stop } = serve(t, [ok]);
  stop();
  await t.rejects(post('1'), { code: 'ECONNREFUSED' });
});

t.test('an answer that does not come in time', async (t) => {
  const { post, clock, connections } = serve(t, ['silence', ok]);
  const answer = post('1');
  const rejected = t.rejects(answer, { message: 'no answer within 10000 ms' });
  await clock.advance(limitMs);
  await rejected;
  t.equal(await post('2'), 200);
  t.equal(connections(), 2);
});

t.test('closing ends an exchange under way', async (t) => {
  const { post, client, clock } = serve(t, ['silence']);
  const rejected = t.rejects(post('1'));
  await clock.advance(0);
  client.close();
  await rejected;
});

t.test('answers, cut anywhere', async (t) => {
  const answers: readonly [text: string, status: number, keepsAlive: boolean][] = [
    ['HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello', 200, true],
    ['HTTP/1.1 200\nContent-Length: 0\n\n', 200, true],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n', 200, true],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', 304, true],
    ['HTTP/1.1 201 Created\r\nConnection: Close\r\nContent-Length: 1\r\n\r\n1', 201, false],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n1', 200, true],
  ];
  for (const [text, status, keepsAlive] of answers) {
    const bytes = encodeText(text);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new HttpResponseReader();
      for (let start = 0; start < bytes.length; start += size) {
        if (reader.isWhole) t.fail(`whole too early in pieces of ${size}: ${text}`);
        reader.push(bytes.subarray(start, start + size));
      }
      if (!reader.isWhole || reader.status !== status || reader.keepsAlive !== keepsAlive) {
        t.fail(`in pieces of ${size}: ${text}`);
      }
    }
    t.pass(text.slice(0, text.indexOf('\n')));
  }
});

t.test('what is no answer', async (t) => {
  const read = (text: string) => new HttpResponseReader().push(encodeText(text));
  t.throws(() => read('SSH-2.0-x\r\n\r\n'), { message: 'its answer is no HTTP/1.1' });
  t.throws(() => read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n'), /chunk without a size/);
  t.throws(() => read(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}`), /endless head/);
  t.throws(() => read('HTTP/1.1 200 OK\r\n'.padEnd(20_000, 'X: y\r\n')), /endless head/);
  const early = new HttpResponseReader();
  early.push(encodeText('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'));
  t.throws(() => early.end(), /before the answer was complete/);
  const more = new HttpResponseReader();
  more.push(encodeText(`${ok}HTTP/1.1 `));
  t.equal(more.keepsAlive, false, 'a connection with more than an answer is not used again');
});
