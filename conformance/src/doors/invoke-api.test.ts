import { writeFileSync } from 'node:fs';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import t from 'tap';
import { serve } from './door-process.ts';

t.jobs = 2;

const folder = t.testdir({
  'index.cjs': `
    exports.echo = async (event) => event;
    exports.talks = async (event) => { console.log('it says ' + event); return event; };
    exports.talksMuch = async () => { for (let i = 0; i < 500; i++) console.log('line ' + i + ' ' + 'x'.repeat(20)); };
    exports.fails = async (event) => { console.log('try'); throw new RangeError('always ' + event); };
    exports.sleeps = async (event) => { await new Promise((r) => setTimeout(r, 200)); return process.pid; };
    exports.streams = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('first,');
      while (event.until && !require('node:fs').existsSync(event.until)) await new Promise((r) => setTimeout(r, 10));
      if (event.wait) await new Promise((r) => setTimeout(r, event.wait));
      if (event.fail) throw new RangeError('half-way');
      stream.end('last');
    });
    exports.http = awslambda.streamifyResponse(async (event, stream) => {
      stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-mine': '1' } });
      stream.write('body');
      stream.end();
    });
  `,
});

const served = (t: import('tap').Test, handler: string, flags: readonly string[] = []) =>
  serve(t, `index.${handler}`, ['--task-dir', folder, ...flags]);

t.test("Tail: the end of this invocation's log, START and REPORT included", async (t) => {
  const { invoke } = await served(t, 'talks', ['--concurrency', '2']);
  const [one, two] = await Promise.all(['"one"', '"two"'].map((event) => invoke(event, { 'X-Amz-Log-Type': 'Tail' })));
  for (const [answer, mine, other] of [
    [one!, 'one', 'two'],
    [two!, 'two', 'one'],
  ] as const) {
    const log = Buffer.from(answer.headers.get('x-amz-log-result') ?? '', 'base64').toString();
    const id = answer.headers.get('x-amzn-requestid');
    t.match(
      log,
      new RegExp(
        `^START RequestId: ${id} [\\s\\S]*it says ${mine}\\n[\\s\\S]*END RequestId: ${id}\\nREPORT RequestId: ${id}`,
      ),
    );
    t.notMatch(log, `it says ${other}`);
  }
  t.equal((await invoke('"none"')).headers.get('x-amz-log-result'), null);
});

t.test('Tail: at most 4 KB, and the last', async (t) => {
  const { invoke } = await served(t, 'talksMuch');
  const answer = await invoke('{}', { 'X-Amz-Log-Type': 'Tail' });
  const log = Buffer.from(answer.headers.get('x-amz-log-result') ?? '', 'base64');
  t.equal(log.length, 4096);
  t.match(log.toString(), /line 499 x+\n[\s\S]*REPORT RequestId/);
});

t.test('Event: taken at once, run, tried again twice with the same id, and told', async (t) => {
  const { invoke, door } = await served(t, 'fails');
  const answer = await invoke('"me"', { 'X-Amz-Invocation-Type': 'Event' });
  t.equal(answer.status, 202);
  t.equal(answer.text, '');
  const id = answer.headers.get('x-amzn-requestid');
  await door.hears(
    'stderr',
    new RegExp(`Event ${id} failed \\(attempt 1 of 3\\): .*always me.*; it is tried again in 1 s`),
  );
  await door.hears('stderr', new RegExp(`Event ${id} failed \\(attempt 3 of 3\\): .*; it is given up\\.`));
  t.equal(door.stderr.match(new RegExp(`START RequestId: ${id}`, 'g'))?.length, 3);
});

t.test('Event: its limit is 1 MB', async (t) => {
  const { invoke } = await served(t, 'echo');
  const answer = await invoke(JSON.stringify('x'.repeat(1_048_576)), { 'X-Amz-Invocation-Type': 'Event' });
  t.equal(answer.status, 413);
  t.match(JSON.parse(answer.text), {
    message: '1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  });
});

t.test('a pool: invocations run at once in an environment each, past it they wait', async (t) => {
  const { invoke, door } = await served(t, 'sleeps', ['--concurrency', '3']);
  const pids = await Promise.all(Array.from({ length: 9 }, async () => (await invoke('{}')).text));
  t.equal(new Set(pids).size, 3);
  t.equal(door.stderr.match(/Init Duration/g)?.length, 3);
});

/** Of each caller; the whole matrix takes its time. */
const rounds = process.env.LAMBDA_BOOTSTRAPS_FULL === '1' ? 200 : 10;

t.test('50 callers with a pool of 4 and of 1: every caller gets its own answer', async (t) => {
  for (const size of ['4', '1']) {
    const { invoke } = await served(t, 'echo', ['--concurrency', size]);
    await Promise.all(
      Array.from({ length: 50 }, async (_, caller) => {
        for (let round = 0; round < rounds; round++) {
          const event = JSON.stringify({ caller, round });
          const { text } = await invoke(event);
          if (text !== event) t.equal(text, event);
        }
      }),
    );
    t.pass(`a pool of ${size}`);
  }
});

t.test('health: alive at once, ready when a runtime has initialized', async (t) => {
  const { port } = await served(t, 'echo');
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  t.equal(await get('/healthz'), 200);
  t.equal(await get('/2018-06-01/ping'), 200);
  t.equal(await get('/readyz'), 503, 'the question starts it');
  while ((await get('/readyz')) === 503) await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(await get('/readyz'), 200);
});

t.test('streaming: real event frames, the first of them before the handler ends', async (t) => {
  const { port } = await served(t, 'streams');
  // The function goes on only when its first chunk has been seen.
  const seen = `${t.testdir({})}/seen`;
  const { events, response } = await stream(port, { until: seen }, {}, () => writeFileSync(seen, ''));
  t.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
  t.equal(response.headers.get('x-amz-executed-version'), '$LATEST');
  t.same(
    events.map(({ type }) => type),
    ['PayloadChunk', 'PayloadChunk', 'InvokeComplete'],
  );
  t.equal(events.map(({ type, text }) => (type === 'PayloadChunk' ? text : '')).join(''), 'first,last');
});

t.test('streaming: errors half-way, before the first byte, and functions that do not stream', async (t) => {
  const streams = await served(t, 'streams');
  const failed = await stream(streams.port, { fail: true, wait: 20 });
  t.equal(failed.events[0]?.text, 'first,');
  t.match(JSON.parse(failed.events.at(-1)?.text ?? ''), { ErrorCode: 'RangeError', ErrorDetails: /half-way/ });

  const fails = await served(t, 'fails');
  const early = await stream(fails.port, 'x');
  t.match(JSON.parse(early.events.at(-1)?.text ?? ''), { ErrorCode: 'RangeError', ErrorDetails: /always x/ });

  const echo = await served(t, 'echo');
  const buffered = await stream(echo.port, { a: 1 }, { 'X-Amz-Log-Type': 'Tail' });
  t.equal(buffered.events[0]?.text, '{"a":1}');
  t.match(
    Buffer.from(JSON.parse(buffered.events.at(-1)?.text ?? '{}').LogResult, 'base64').toString(),
    /^START RequestId/,
  );

  const http = await served(t, 'http');
  const prelude = await stream(http.port, {});
  t.equal(
    prelude.events.map(({ type, text }) => (type === 'PayloadChunk' ? text : '')).join(''),
    `{"statusCode":201,"headers":{"x-mine":"1"}}${'\0'.repeat(8)}body`,
    'the prelude is passed on as the function wrote it',
  );
});

interface StreamEvent {
  readonly type: string;
  readonly text: string;
}

/** Invokes with a streamed answer and decodes its frames by AWS's own codec. */
async function stream(
  port: number,
  event: unknown,
  headers: Record<string, string> = {},
  onChunk: () => void = () => undefined,
) {
  const response = await fetch(`http://127.0.0.1:${port}/2021-11-15/functions/test/response-streaming-invocations`, {
    method: 'POST',
    body: JSON.stringify(event),
    headers,
  });
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes as Uint8Array).toString(),
    (text) => Buffer.from(text),
  );
  const events: StreamEvent[] = [];
  let pending = Buffer.alloc(0);
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    onChunk();
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= pending.readUInt32BE(0)) {
      const length = pending.readUInt32BE(0);
      const message = codec.decode(pending.subarray(0, length));
      events.push({ type: String(message.headers[':event-type']?.value), text: Buffer.from(message.body).toString() });
      pending = pending.subarray(length);
    }
  }
  return { response, events };
}
