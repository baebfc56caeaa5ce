import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { assetsRoot } from '../testing/ric-process.ts';

const rapidClient = `${assetsRoot}/ric/4/rapid-client.node`;

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A Runtime API that a test plays. */
async function serve(t: Test, answer: Answer) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    requests.push(`${request.method} ${request.url} ${body}`.trimEnd());
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, requests, authority: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Runs the code of an async function that has `native`, in a thread of its own as the client does. */
async function runWith(authority: string, code: string) {
  const worker = `
    const native = require(${JSON.stringify(rapidClient)});
    const attempt = async (act) => { try { return [await act()]; } catch (error) { return [error.name, error.message]; } };
    const print = (value) => require('node:fs').writeSync(1, JSON.stringify(value) + '\\n');
    (async () => { ${code} })();`;
  const script = `new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true });`;
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { AWS_LAMBDA_RUNTIME_API: authority, AWS_LAMBDA_MAX_CONCURRENCY: '4' },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const [status] = await once(child, 'close');
  const printed = output.stdout.split('\n').filter(Boolean);
  return { status, stderr: output.stderr, printed: printed.map((line) => JSON.parse(line)) };
}

t.test('next, done and error are the requests of the Runtime API', async (t) => {
  const { requests, authority } = await serve(t, (request, response) => {
    if (request.method === 'POST') return response.writeHead(202).end('{"status":"OK"}');
    response.setHeader('Lambda-Runtime-Aws-Request-Id', 'an id');
    response.setHeader('Lambda-Runtime-Deadline-Ms', '1234567890123');
    response.setHeader('Lambda-Runtime-Invoked-Function-Arn', 'arn');
    response.setHeader('Lambda-Runtime-Client-Context', '');
    response.setHeader('Lambda-Runtime-Aws-Tenant-Id', 'tenant');
    response.setHeader('Lambda-Runtime-Not-Known', 'x');
    response.end('{"text":"ü 😀"}');
  });
  const { printed, stderr } = await runWith(
    authority,
    `print(Object.keys(native).sort());
     print(await native.next());
     print(native.done('an%20id', '"ü"'));
     print(native.error('an%20id', '{"errorType":"E"}', 'for X-Ray'));
     print(await attempt(() => native.done('id')));
     print(await attempt(() => native.error('id', '{}', null)));
     print(native.done('an id', 'has no URL'));`,
  );
  t.equal(stderr, '');
  t.strictSame(printed, [
    ['done', 'error', 'next'],
    {
      bodyJson: '{"text":"ü 😀"}',
      headers: {
        'lambda-runtime-deadline-ms': 1234567890123,
        'lambda-runtime-aws-request-id': 'an id',
        'lambda-runtime-trace-id': '',
        'lambda-runtime-invoked-function-arn': 'arn',
        'lambda-runtime-aws-tenant-id': 'tenant',
      },
    },
    null,
    null,
    ['TypeError', 'Wrong number of arguments, expected 2'],
    ['TypeError', 'Wrong arguments'],
    null,
  ]);
  t.strictSame(requests.sort(), [
    'GET /2018-06-01/runtime/invocation/next',
    'POST /2018-06-01/runtime/invocation/an%20id/error {"errorType":"E"}',
    'POST /2018-06-01/runtime/invocation/an%20id/response "ü"',
  ]);
});

t.test('a refusal is told in the words of the native module', async (t) => {
  const { authority } = await serve(t, (_request, response) => response.writeHead(403).end('{}'));
  const { printed } = await runWith(authority, 'print(await attempt(() => native.next()));');
  t.strictSame(printed, [['Error', 'Failed to get next invocation, error 403']]);
});

t.test('a refused answer is ignored', async (t) => {
  const { authority, requests } = await serve(t, (_request, response) => response.writeHead(413).end('{}'));
  const { status, stderr } = await runWith(authority, "native.done('id', '1');");
  t.equal(status, 0);
  t.equal(stderr, '');
  t.equal(requests.length, 1);
});

t.test('an answer on a kept connection that was closed meanwhile is sent again', async (t) => {
  let answered = 0;
  const { requests, authority } = await serve(t, (request, response) => {
    // The second request finds its connection reset.
    if (++answered === 2) request.socket.resetAndDestroy();
    else response.end('{}');
  });
  const { printed } = await runWith(
    authority,
    `print(await attempt(async () => (await native.next()).bodyJson));
     await new Promise((resolve) => setImmediate(resolve));
     native.done('id', '"kept"');`,
  );
  t.strictSame(printed, [['{}']]);
  const post = 'POST /2018-06-01/runtime/invocation/id/response "kept"';
  t.strictSame(requests, ['GET /2018-06-01/runtime/invocation/next', post, post]);
});

t.test('without a core the thread ends', async (t) => {
  const { authority, server } = await serve(t, () => undefined);
  await new Promise((resolve) => server.close(resolve));
  const { printed, status } = await runWith(
    authority,
    `print(await attempt(() => native.next()));
     setInterval(() => undefined, 1000);`,
  );
  t.strictSame(printed, [['Error', 'Failed to get next invocation, error -1']]);
  t.equal(status, 0, 'and with it the process');
});
