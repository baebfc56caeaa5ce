import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import t, { type Test } from 'tap';
import { ClientProcess } from './testing/client-process.ts';
import { noJava } from './testing/compile.ts';
import { compileFunctions } from './testing/java-function.ts';

/** A fresh object each time: tap keeps facts of a test in it. */
const options = () => ({ skip: noJava, timeout: 120_000 });

t.setTimeout(300_000);
t.jobs = 2;

const taskRoot = noJava ? '' : await compileFunctions();
const nobody = '127.0.0.1:9';

t.test('frames', options(), async (t) => {
  const start = (handler: string) =>
    ClientProcess.start(t, { taskRoot, handler, transport: 'frames', runtimeApi: nobody });

  t.test('keeps invocations that come before it asks for them', async (t) => {
    const client = await start('example.Stream');
    // All in the pipe before it reads: whole ones, then the beginning of one that is longer than a read.
    const events = { one: 'a', 'id/2 ü%25': 'ü € 😀', three: 'c'.repeat(150_000), four: 'd' };
    for (const [requestId, event] of Object.entries(events)) client.send(requestId, event);
    for (const [requestId, event] of Object.entries(events)) {
      t.equal(await client.frame(), 'next');
      const answer = await client.frame();
      t.ok(answer === `response ${requestId} ${JSON.stringify(event)}`, requestId);
    }
    t.equal(await client.frame(), 'next');
  });

  t.test('ends when the core goes away, though a thread of the function lives on', async (t) => {
    const client = await start('example.Functions::stays');
    t.equal(await client.frame(), 'next');
    client.send('id', 'here');
    t.equal(await client.frame(), 'response id "here"');
    t.equal(await client.frame(), 'next');
    client.abandon();
    t.match(await client.exit, { code: 1, output: /Failed to get next\./ });
  });
});

/** Plays the Runtime API's part; without `env` on PATH, one invocation at a time comes by HTTP too. */
async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const facts = { 'Lambda-Runtime-Deadline-Ms': '9999999999999', 'Lambda-Runtime-Invoked-Function-Arn': 'arn' };

t.test('http', options(), async (t) => {
  t.test('takes every form of reply, and another connection when one was closed', async (t) => {
    const answers: string[] = [];
    const ports = new Set<number>();
    let closing: Socket | undefined;
    let tellEnd: () => void = () => undefined;
    const end = new Promise<void>((resolve) => {
      tellEnd = resolve;
    });
    const replies: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(200, { ...facts, 'Lambda-Runtime-Aws-Request-Id': 'length' }).end('"plain"'),
      (response) => {
        // In chunks, which a reply without a length has.
        response.writeHead(200, { ...facts, 'lambda-runtime-aws-request-id': 'chunks', Trailer: 'x' });
        response.write('"one');
        response.addTrailers({ x: 'y' });
        setImmediate(() => response.end(' two"'));
      },
      (response) => {
        response.writeHead(200, { ...facts, 'Lambda-Runtime-Aws-Request-Id': 'closed', Connection: 'close' });
        response.end('"closed"');
      },
      (response) => {
        response.writeEarlyHints({ link: '</x>; rel=preload' });
        response.writeHead(200, { ...facts, 'Lambda-Runtime-Aws-Request-Id': 'hints' }).end('"hints"');
      },
    ];
    const runtimeApi = await listen(t, async (request, response) => {
      if (closing === request.socket) return;
      ports.add(request.socket.remotePort!);
      if (request.method === 'GET') {
        t.match(request.headers['user-agent'], /^aws-lambda-java\//);
        const reply = replies.shift();
        if (reply) reply(response);
        else tellEnd();
        return;
      }
      answers.push(`${request.url!.split('/').at(-2)} ${await bodyOf(request)}`);
      t.match(request.url, /^\/2018-06-01\/runtime\/invocation\/\w+\/response$/);
      const isFirst = answers.length === 1;
      if (isFirst) closing = request.socket;
      response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}\n', () => {
        // Closed without a word, as a server closes what was idle.
        if (isFirst) request.socket.destroy();
      });
    });
    await ClientProcess.start(t, { taskRoot, handler: 'example.Stream', transport: 'http', runtimeApi });
    await end;
    t.strictSame(answers, ['length "plain"', 'chunks "one two"', 'closed "closed"', 'hints "hints"']);
    t.equal(ports.size, 3, 'a connection was used again unless it was closed');
  });

  t.test('fails as the native client does', async (t) => {
    const refusing = await listen(t, (_request, response) => response.writeHead(403).end('{}'));
    const refused = await ClientProcess.start(t, {
      taskRoot,
      handler: 'example.Stream',
      transport: 'http',
      runtimeApi: refusing,
    });
    t.match(await refused.exit, { code: 1, output: /Failed to get next\. Response code: '403'/ });
    const alone = await ClientProcess.start(t, {
      taskRoot,
      handler: 'example.Stream',
      transport: 'http',
      runtimeApi: nobody,
    });
    t.match(await alone.exit, { code: 1, output: /Failed to get next\. Response code: '-1'/ });
  });
});
