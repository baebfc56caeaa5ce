import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { encodeInvoke, encodeText, frameKinds, limits } from '@lambda-bootstraps/core';
import t from 'tap';
import { need } from '../../../../tooling/needs.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const skip = need('python');

/** A process that runs code with the module as `native`; `attempt(call)` gives its result, or its error in words. */
function start(code: string, environment: Record<string, string>): ChildProcess {
  const script = `
import json, os, sys
sys.path.insert(0, ${JSON.stringify(folder)})
sys.dont_write_bytecode = True
import runtime_client as native
def attempt(function, *given):
    try:
        return function(*given)
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)
def tell(value):
    print(json.dumps(value), flush=True)
${code}`;
  return spawn('python3', ['-c', script], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
}

const frames = { LAMBDA_BOOTSTRAPS_FRAMES: '3,4' };

/** What it prints, a JSON text a line, and the bytes that it writes as frames. */
async function resultOf(child: ChildProcess) {
  const output = { stdout: '', stderr: '', frames: Buffer.alloc(0) };
  child.stdout!.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    output.stderr += chunk;
  });
  child.stdio[4]!.on('data', (chunk: Buffer) => {
    output.frames = Buffer.concat([output.frames, chunk]);
  });
  await once(child, 'close');
  const told = output.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('[ERROR]'));
  return { ...output, told: told.map((line) => JSON.parse(line)) };
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

t.test('it is called like the native module', { skip }, async (t) => {
  // The words are those that the modules of 2.2.1 and 4.2.2 have.
  const child = start(
    `
tell([
    attempt(native.post_error, "id", "{}", ""),
    attempt(native.initialize_client),
    attempt(native.initialize_client, 1),
    native.initialize_client("agent"),
    native.initialize_client("agent"),
    "LAMBDA_BOOTSTRAPS_FRAMES" in os.environ,
    attempt(native.post_invocation_result, "id", b"1"),
    attempt(native.post_invocation_result, "id", "1", "text"),
    attempt(native.post_invocation_result, "id\\0", b"1", "text"),
    attempt(native.post_invocation_result, "id", b"1", "text", 1),
    attempt(native.post_error, "id", b"{}", ""),
    attempt(native.post_error, "id", "\\ud800", ""),
    native.post_invocation_result("a/b", b"\\xff", "text"),
    native.post_invocation_result("c", "ü".encode(), "text", None),
    native.post_error("d", "{}", "x"),
    native.post_error("e", "ü", "", "invocation"),
])`,
    frames,
  );
  const { told, frames: written, stderr } = await resultOf(child);
  t.equal(stderr, '');
  const wrong = 'RuntimeError: Wrong arguments';
  t.strictSame(told[0], [
    'RuntimeError: Client not yet initalized',
    wrong,
    wrong,
    null,
    null,
    false,
    ...[wrong, wrong, wrong, wrong, wrong, wrong],
    ...[null, null, null, null],
  ]);
  t.equal(
    written.toString('hex'),
    [
      `00000007030003${hex('a/b')}ff`,
      `00000006030001${hex('cü')}`,
      `0000000b040001${hex('d')}00000001${hex('x{}')}`,
      `0000000a040001${hex('e')}00000000${hex('ü')}`,
    ].join(''),
  );
});

t.test('next by frames', { skip }, async (t) => {
  const child = start(
    `
native.initialize_client("agent")
for _ in range(4):
    payload, headers = native.next()
    tell([len(payload), payload[:6].decode(), headers])
tell(attempt(native.next))`,
    frames,
  );
  const invoke = (payload: string, facts = {}) => {
    const invocation = {
      requestId: 'a-request',
      payload: encodeText(payload),
      invokedFunctionArn: 'arn',
      traceId: 'Root=1',
      ...facts,
    };
    for (const piece of encodeInvoke({ invocation, deadlineMs: 1_234 })) (child.stdio[3] as Writable).write(piece);
  };
  // All in the pipe before it reads: whole ones, and one that is longer than a read.
  invoke('"ü"', { clientContext: '{"a":1}', cognitoIdentity: '{}', tenantId: 'tenant' });
  invoke('2');
  invoke(JSON.stringify('x'.repeat(3_000_000)));
  invoke('4');
  (child.stdio[3] as Writable).end();
  const { told, frames: written, stderr } = await resultOf(child);
  t.equal(stderr, '');
  const headers = {
    'Lambda-Runtime-Aws-Request-Id': 'a-request',
    'Lambda-Runtime-Trace-Id': 'Root=1',
    'Lambda-Runtime-Invoked-Function-Arn': 'arn',
    'Lambda-Runtime-Deadline-Ms': 1_234,
    'Lambda-Runtime-Client-Context': null,
    'Content-Type': 'application/json',
    'Lambda-Runtime-Cognito-Identity': null,
    'Lambda-Runtime-Aws-Tenant-Id': null,
    'Lambda-Runtime-Invocation-Id': null,
  };
  const full = {
    ...headers,
    'Lambda-Runtime-Client-Context': '{"a":1}',
    'Lambda-Runtime-Cognito-Identity': '{}',
    'Lambda-Runtime-Aws-Tenant-Id': 'tenant',
  };
  t.strictSame(told, [
    [4, '"ü"', full],
    [1, '2', headers],
    [3_000_002, '"xxxxx', headers],
    [1, '4', headers],
    'RuntimeError: Failed to get next',
  ]);
  t.equal(written.toString('hex'), '0000000102'.repeat(5));
});

t.test('the wire and the limit are the core’s', { skip }, async (t) => {
  const child = start(
    'tell([native._INVOKE, native._NEXT, native._RESPONSE, native._ERROR, native._RESPONSE_LIMIT_BYTES])',
    frames,
  );
  const { invoke, next, response, error } = frameKinds;
  t.strictSame((await resultOf(child)).told, [[invoke, next, response, error, limits.responseBytes]]);
});

t.test('other threads go on while it waits', { skip }, async (t) => {
  const child = start(
    `
import threading, time
native.initialize_client("agent")
def work():
    # What the main thread waits for comes only after this.
    native.post_invocation_result("working", b"1", "text")
threading.Timer(0.01, work).start()
tell(attempt(native.next))`,
    frames,
  );
  let written = '';
  child.stdio[4]!.on('data', (chunk: Buffer) => {
    written += chunk.toString('latin1');
    if (written.includes('working')) (child.stdio[3] as Writable).end();
  });
  t.strictSame((await resultOf(child)).told, ['RuntimeError: Failed to get next']);
});

t.test('by HTTP, where there are no frames', { skip }, async (t) => {
  const requests: string[] = [];
  const connections = new Set();
  const server = createServer(async (request, response) => {
    connections.add(request.socket);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    requests.push([method, url, headers['user-agent'], headers['content-type'], Buffer.concat(chunks)].join(' '));
    if (url?.includes('refused')) return response.writeHead(413).end();
    if (method === 'POST') return response.writeHead(202).end('{}');
    if (requests.length > 5) return response.writeHead(500).end();
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': 'one',
      'Lambda-Runtime-Deadline-Ms': '1234',
    });
    response.end('{"a":"ü"}');
  });
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child = start(
    `
native.initialize_client("agent")
payload, headers = native.next()
tell([payload.decode(), headers["Lambda-Runtime-Aws-Request-Id"], headers["Lambda-Runtime-Deadline-Ms"], headers["Content-Type"]])
native.post_invocation_result("one", "ü".encode(), "application/json", None)
native.post_error("one", "{}", "x" * 100000, None)
tell(attempt(native.post_invocation_result, "refused", b"1", "text/plain"))
process = os.fork()
if process == 0:
    tell(attempt(native.next)[0].decode())
    os._exit(0)
os.waitpid(process, 0)
tell(attempt(native.next))`,
    { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
  );
  const { told, stdout, stderr } = await resultOf(child);
  t.equal(stderr, '');
  t.strictSame(told, [
    ['{"a":"ü"}', 'one', 1_234, 'application/json'],
    'RuntimeError: Failed to post invocation response',
    '{"a":"ü"}',
    'RuntimeError: Failed to get next',
  ]);
  t.match(stdout, /LAMBDA_RUNTIME Failed to post handler success response\. Http response code: 413\./);
  const api = '/2018-06-01/runtime/invocation';
  t.strictSame(requests, [
    `GET ${api}/next agent  `,
    `POST ${api}/one/response agent application/json ü`,
    `POST ${api}/one/error agent application/json {}`,
    `POST ${api}/refused/response agent text/plain 1`,
    `GET ${api}/next agent  `,
    `GET ${api}/next agent  `,
  ]);
  t.equal(connections.size, 2, 'one a process');
});
