import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import t from 'tap';
import { DoorProcess, fixture, freePort, invokeAt, nodejsName, runDoor, serve } from './door-process.ts';

t.jobs = 2;

t.test('an answer has every header of the service', async (t) => {
  const { invoke } = await serve(t, 'index.echo');
  const answer = await invoke('{"a":1}', { 'X-Amzn-Trace-Id': 'Root=1-63441c4a-abcdef012345678912345678;Sampled=1' });
  t.equal(answer.status, 200);
  t.equal(answer.text, '{"a":1}');
  t.match(Object.fromEntries(answer.headers), {
    'content-type': 'application/json',
    'content-length': '7',
    'x-amz-executed-version': '$LATEST',
    'x-amzn-requestid': /^[0-9a-f-]{36}$/,
    'x-amzn-remapped-content-length': '0',
    'x-amzn-trace-id': 'Root=1-63441c4a-abcdef012345678912345678;Sampled=1',
  });
  t.equal(answer.headers.get('x-amz-function-error'), null);
});

t.test('errors of the service are in its shape, and say what is wrong', async (t) => {
  const { invoke, port } = await serve(t, 'index.echo');
  const at = (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const wrong: [
    Promise<{ status: number; headers: Headers; text: string | (() => Promise<string>) }>,
    number,
    string,
    RegExp,
  ][] = [
    [
      invoke('{bad'),
      400,
      'InvalidRequestContentException',
      /^Could not parse request body into json: Could not parse payload into json: /,
    ],
    [
      invoke(Buffer.from([0x22, 0xff, 0x22])),
      400,
      'InvalidRequestContentException',
      /Could not parse request body into json/,
    ],
    [
      invoke(`{${'x'.repeat(6_291_456)}`),
      413,
      'RequestEntityTooLargeException',
      /^Request must be smaller than 6291456 bytes for the InvokeFunction operation$/,
    ],
    [
      invoke('{}', { 'X-Amz-Client-Context': '?' }),
      400,
      'InvalidRequestContentException',
      /X-Amz-Client-Context.*not base64/,
    ],
    [
      invoke('{}', { 'X-Amz-Client-Context': 'e30x' }),
      400,
      'InvalidRequestContentException',
      /X-Amz-Client-Context.*not JSON/,
    ],
    [invoke('{}', { 'X-Amz-Invocation-Type': 'Sometimes' }), 400, 'InvalidParameterValueException', /"Sometimes"/],
    [invoke('{}', { Origin: 'https://example.com' }), 403, 'AccessDeniedException', /https:\/\/example\.com/],
    [
      at('/2015-03-31/functions/test/invocations', { method: 'PUT', body: '{}' }),
      405,
      'MethodNotAllowedException',
      /POST/,
    ],
    [at('/elsewhere', {}), 404, 'UnknownOperationException', /\/elsewhere/],
  ];
  for (const [request, status, type, message] of wrong) {
    const answer = await request;
    const text = typeof answer.text === 'string' ? answer.text : await answer.text();
    t.equal(answer.status, status, type);
    t.equal(answer.headers.get('x-amzn-errortype'), type);
    t.match(JSON.parse(text), { Type: 'User', message });
  }
  t.equal((await invoke('"well"')).text, '"well"', 'and the server lives');
});

t.test('the function is found by any name, partial ARN or ARN', async (t) => {
  const { port } = await serve(t, 'index.echo');
  for (const name of [
    'other',
    '123456789012:function:other',
    'arn:aws:lambda:us-east-1:123456789012:function:other:1',
    'arn%3Aaws%3Alambda',
  ]) {
    const response = await fetch(`http://127.0.0.1:${port}/2015-03-31/functions/${name}/invocations?Qualifier=1`, {
      method: 'POST',
      body: '1',
    });
    t.equal(await response.text(), '1');
  }
});

t.test('what kills the runtime is answered at once, and the next invocation works', async (t) => {
  const folder = t.testdir({
    'index.cjs': `exports.handler = async ({ end }) => {
      if (end === 'loop') for (;;);
      if (end === 'exit') process.exit(42);
      if (end === 'kill') { process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => 0, 1000)); }
      return 'fine';
    };`,
  });
  const { invoke } = await serve(t, 'index.handler', ['--timeout', '1', '--task-dir', folder]);
  for (const [end, message] of [
    ['loop', 'Task timed out after 1.00 seconds'],
    ['exit', 'Runtime exited with error: exit status 42'],
    ['kill', 'Runtime exited with error: signal: killed'],
  ]) {
    const failed = await invoke(JSON.stringify({ end }));
    t.equal(failed.status, 200);
    t.equal(failed.headers.get('x-amz-function-error'), 'Unhandled');
    t.match(failed.text, message);
    t.equal((await invoke('{}')).text, '"fine"');
  }
});

t.test('callers that overlap get their own answers', async (t) => {
  const { invoke } = await serve(t, 'index.echo');
  const numbers = Array.from({ length: 40 }, (_, index) => String(index));
  const answers = await Promise.all(numbers.map((number) => invoke(number)));
  t.same(
    answers.map(({ text }) => text),
    numbers,
  );
});

t.test('slow, half-closed and vanished clients', async (t) => {
  const { invoke, port } = await serve(t, 'index.echo', ['--timeout', '5']);
  const head = (length: number) =>
    `POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n`;

  const halfClosed = connect(port, '127.0.0.1');
  halfClosed.end(`${head(3)}Connection: close\r\n\r\n"h"`);
  t.match(await readAll(halfClosed), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n"h"$/, 'a half-closed client is answered');

  const vanished = connect(port, '127.0.0.1');
  vanished.write(`${head(100)}\r\n"not all`);
  await once(vanished, 'connect');
  vanished.resetAndDestroy();

  const slow = connect(port, '127.0.0.1');
  slow.write(`${head(6)}Connection: close\r\n\r\n"s`);
  // Others are served while it dawdles.
  t.equal((await invoke('"quick"')).text, '"quick"');
  slow.write('low"');
  t.match(await readAll(slow), /"slow"$/, 'a slow client is answered');

  const gone = connect(port, '127.0.0.1');
  gone.write(`${head(2)}\r\n{}`);
  await once(gone, 'connect');
  gone.destroy();
  t.equal((await invoke('"after"')).text, '"after"', 'a caller that hangs up does not lose the environment');
});

t.test('a port that is taken is named, with its flag', async (t) => {
  const { port } = await serve(t, 'index.echo');
  const ended = await runDoor(t, 'lambda-bootstraps', ['serve', 'index.echo', '--port', String(port)]);
  t.equal(ended.code, 2);
  t.match(ended.stderr, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is already in use \\(--port\\)`));
  const nowhere = await runDoor(t, 'lambda-bootstraps', [
    'serve',
    'index.echo',
    '--port',
    '0',
    '--host',
    '203.0.113.7',
  ]);
  t.equal(nowhere.code, 2);
  t.match(nowhere.stderr, /203\.0\.113\.7 is not one of this machine's/);
});

t.test('SIGTERM lets the invocation under way end, and exits with 0', async (t) => {
  const folder = t.testdir({
    'index.cjs':
      "exports.handler = async (event) => { console.log('begun'); await new Promise((r) => setTimeout(r, 300)); return event; }",
  });
  const { door, invoke } = await serve(t, 'index.handler', ['--task-dir', folder]);
  const underWay = invoke('"last"');
  await door.hears('stdout', /begun/);
  door.child.kill('SIGTERM');
  t.equal((await underWay).text, '"last"');
  t.equal((await door.ended).code, 0);
});

t.test('the function writes to its own streams, the lifecycle to stderr', async (t) => {
  const { door, invoke } = await serve(t, 'index.writes');
  await invoke('{}');
  await door.hears('stderr', /REPORT RequestId/);
  t.match(door.stdout, 'out without end');
  t.notMatch(door.stdout, /START|REPORT/);
  t.match(door.stderr, 'err line');
});

t.test('a reader of our streams that goes away ends no server', async (t) => {
  const { door, invoke } = await serve(t, 'index.writes');
  door.child.stdout.destroy();
  door.child.stderr.destroy();
  for (let round = 0; round < 3; round++) t.equal((await invoke('{}')).text, '"written"');
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
});

const detachedStays = process.platform !== 'linux' && 'needs /proc';

t.test('what a function has detached ends with its environment', { skip: detachedStays }, async (t) => {
  const folder = t.testdir({
    'index.cjs': `const { spawn } = require('node:child_process');
      exports.handler = async () => {
        const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
        console.log('child=' + child.pid + ';');
        process.exit(1);
      };`,
  });
  const { door, invoke } = await serve(t, 'index.handler', ['--task-dir', folder]);
  await invoke('{}');
  const [, pid] = await door.hears('stdout', /child=(\d+);/);
  t.ok(await becomesTrue(() => isDead(Number(pid))), 'it is gone');
});

t.test('a long line of the log arrives whole', async (t) => {
  const folder = t.testdir({
    'index.cjs': "exports.handler = async () => void console.log('x'.repeat(12_000_000) + ';')",
  });
  const { door, invoke } = await serve(t, 'index.handler', [
    '--task-dir',
    folder,
    '--memory',
    '1024',
    '--timeout',
    '20',
  ]);
  t.equal((await invoke('{}')).text, 'null');
  // Everything that the function wrote goes out before its REPORT does.
  await door.hears('stderr', /REPORT /);
  t.ok(await becomesTrue(() => door.stdout.length >= 12_000_026));
  t.match(door.stdout.slice(-4), 'xx;\n');
});

t.test('a request that names the whole URL, as for a proxy', async (t) => {
  const { port } = await serve(t, 'index.echo');
  const socket = connect(port, '127.0.0.1');
  const target = `http://127.0.0.1:${port}/2015-03-31/functions/f/invocations`;
  socket.write(`POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1`);
  t.match(await readAll(socket), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n1$/);
});

t.test('a runtime that speaks nonsense to the Runtime API harms nobody', async (t) => {
  const folder = t.testdir({
    bootstrap: `#!/bin/bash
api=$AWS_LAMBDA_RUNTIME_API
exec 3<>/dev/tcp/\${api%:*}/\${api#*:}; printf 'NONSENSE\\r\\n\\r\\n' >&3; cat <&3; exec 3>&-
curl -s -X DELETE http://$api/2018-06-01/runtime/invocation/next; curl -s http://$api/2018-06-01/runtime/init/error; curl -s http://$api/nowhere
while :; do
  id=$(curl -s -D - -o /dev/null http://$api/2018-06-01/runtime/invocation/next | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip' | tr -d '\\r')
  curl -s -d '"x"' -H 'Lambda-Runtime-Function-Response-Mode: backwards' http://$api/2018-06-01/runtime/invocation/$id/response
  curl -s -d 'not json' http://$api/2018-06-01/runtime/invocation/$id/response
done`,
  });
  const { chmodSync } = await import('node:fs');
  chmodSync(`${folder}/bootstrap`, 0o755);
  const { door, invoke } = await serve(t, 'any', [
    '--runtime',
    'provided.al2023',
    '--task-dir',
    folder,
    '--timeout',
    '20',
  ]);
  t.equal((await invoke('{}')).text, 'not json', 'what a custom runtime answers is passed on as it is');
  t.match(door.stdout, /400 Bad Request/);
  t.match(door.stdout, /MethodNotAllowed.*MethodNotAllowed/s);
  t.match(door.stdout, /InvalidFunctionResponseMode/);
});

t.test('a bootstrap that is missing, not executable or of a wrong format', async (t) => {
  const folder = t.testdir({
    empty: {},
    plain: { bootstrap: '#!/bin/sh\nexit 0\n' },
    text: { bootstrap: 'echo no first line\n' },
  });
  const { chmodSync } = await import('node:fs');
  chmodSync(`${folder}/text/bootstrap`, 0o755);
  chmodSync(`${folder}/plain/bootstrap`, 0o644);
  for (const [name, message] of [
    ['empty', `Couldn't find valid bootstrap\\(s\\): \\[${folder}/empty/bootstrap\\]`],
    ['plain', `fork/exec ${folder}/plain/bootstrap: permission denied`],
    ['text', `fork/exec ${folder}/text/bootstrap: exec format error`],
  ]) {
    const ended = await runDoor(t, 'lambda-bootstraps', [
      'invoke',
      'any',
      '--runtime',
      'provided.al2',
      '--task-dir',
      `${folder}/${name}`,
    ]);
    t.match(JSON.parse(ended.stdout), {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: new RegExp(`^RequestId: \\S+ Error: ${message}$`),
    });
    t.equal(ended.code, 1);
  }
});

const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
const noAddress = ownAddress === undefined && 'needs a network interface besides the loopback';

t.test('a stranger asking for /next is refused', { skip: noAddress }, async (t) => {
  // The docker-lambda door's shared port listens on every address.
  const port = String(await freePort());
  const environment = { DOCKER_LAMBDA_STAY_OPEN: '1', DOCKER_LAMBDA_API_PORT: port, DOCKER_LAMBDA_RUNTIME_PORT: port };
  const door = new DoorProcess(t, 'init', ['index.echo'], {
    environment: { ...environment, LAMBDA_TASK_ROOT: fixture('nodejs'), AWS_EXECUTION_ENV: `AWS_Lambda_${nodejsName}` },
  });
  await door.hears('stderr', /listening on port/);
  t.equal((await invokeAt(Number(port), '"first"')).text, '"first"');
  const response = await fetch(`http://${ownAddress}:${port}/2018-06-01/runtime/invocation/next`);
  t.equal(response.status, 403);
  t.match(await response.text(), /loopback peers only/);
  t.equal((await invokeAt(Number(port), '"second"')).text, '"second"');
});

async function readAll(socket: ReturnType<typeof connect>): Promise<string> {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
}

async function becomesTrue(condition: () => boolean): Promise<boolean> {
  for (let round = 0; round < 300 && !condition(); round++) await new Promise((resolve) => setTimeout(resolve, 10));
  return condition();
}

/** A process that nobody has waited for yet has ended too. */
function isDead(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}
