import { chmodSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { DoorProcess, fixture, freePort, invokeAt, nodejsName, runDoor } from './door-process.ts';

t.jobs = 2;

/** Every door of this kind has a Runtime API port of its own here, as containers have a network of their own. */
async function image(environment: Readonly<Record<string, string>> = {}, family: 'nodejs' | 'provided' = 'nodejs') {
  return {
    environment: {
      LAMBDA_TASK_ROOT: fixture(family),
      ...(family === 'nodejs' ? { AWS_EXECUTION_ENV: `AWS_Lambda_${nodejsName}` } : {}),
      DOCKER_LAMBDA_RUNTIME_PORT: String(await freePort()),
      ...environment,
    },
  };
}

const green = (text: string) => `\\u001b\\[32m${text}\\u001b\\[0m`;

t.test('a result is one line of JSON after an empty one, with < > & escaped; lifecycle lines are green', async (t) => {
  const ended = await runDoor(t, 'init', ['index.echo', '{ "text": "<b> & \\"c\\"",\n "number": 1.0 }'], await image());
  t.equal(ended.stdout, '\n{"text":"\\u003cb\\u003e \\u0026 \\"c\\"","number":1}\n');
  t.equal(ended.code, 0);
  t.match(ended.stderr, new RegExp(`${green('START RequestId: \\S+ Version: \\$LATEST')}\\n`));
  t.match(ended.stderr, new RegExp(`${green('END RequestId: \\S+')}\\n`));
  t.match(
    ended.stderr,
    new RegExp(
      green(
        'REPORT RequestId: \\S+\\tInit Duration: \\d+\\.\\d\\d ms\\tDuration: \\d+\\.\\d\\d ms\\tBilled Duration: \\d+ ms\\t' +
          'Memory Size: 1536 MB\\tMax Memory Used: \\d+ MB\\t',
      ),
    ),
  );
});

t.test('handler and event come from arguments, variables and standard input, in this order', async (t) => {
  const fromVariables = { AWS_LAMBDA_FUNCTION_HANDLER: 'index.echo', AWS_LAMBDA_EVENT_BODY: '"variable"' };
  t.equal((await runDoor(t, 'init', [], await image(fromVariables))).stdout, '\n"variable"\n');
  t.equal(
    (await runDoor(t, 'init', ['index.echo', '"argument"'], await image(fromVariables))).stdout,
    '\n"argument"\n',
  );
  const withStdin = { ...(await image({ _HANDLER: 'index.echo', DOCKER_LAMBDA_USE_STDIN: '1' })), stdin: '"stdin"' };
  t.equal((await runDoor(t, 'init', [], withStdin)).stdout, '\n"stdin"\n');
  t.equal((await runDoor(t, 'init', ['index.echo'], await image())).stdout, '\n{}\n');
});

t.test('everything in the environment passes through, and the context comes from it', async (t) => {
  const given = await image({
    MINE: 'yes',
    AWS_LAMBDA_FUNCTION_NAME: 'orders',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_FUNCTION_INVOKED_ARN: 'arn:aws:lambda:eu-west-1:1:function:orders:7',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_LAMBDA_CLIENT_CONTEXT: '{"custom":1}',
    AWS_LAMBDA_COGNITO_IDENTITY: '{"cognitoIdentityId":"who"}',
    _X_AMZN_TRACE_ID: 'Root=1-2-3',
  });
  const environment = JSON.parse((await runDoor(t, 'init', ['index.environment'], given)).stdout);
  t.match(environment, { MINE: 'yes', AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256' });
  const context = JSON.parse((await runDoor(t, 'init', ['index.context'], given)).stdout);
  t.match(context, {
    functionName: 'orders',
    functionVersion: '7',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:orders:7',
    clientContext: { custom: 1 },
    cognitoIdentityId: 'who',
    traceId: 'Root=1-2-3',
  });
});

t.test('a function error ends with 1, a bad event too', async (t) => {
  const failed = await runDoor(t, 'init', ['index.throws'], await image());
  t.match(JSON.parse(failed.stdout), { errorType: 'TypeError', errorMessage: 'it is broken' });
  t.equal(failed.code, 1);
  const bad = await runDoor(t, 'init', ['index.echo', '{bad'], await image());
  t.match(bad.stderr, /The event \(the argument\) is not valid JSON/);
  t.equal(bad.code, 1);
});

t.test('a timeout is enforced, in the words of this door', async (t) => {
  const ended = await runDoor(t, 'init', ['index.loop'], await image({ AWS_LAMBDA_FUNCTION_TIMEOUT: '0.5' }));
  t.match(JSON.parse(ended.stdout), { errorMessage: /^\d{4}-\S+Z \S{36} Task timed out after 0\.50 seconds$/ });
  t.equal(ended.code, 1);
});

t.test('a runtime that exits is answered, where docker-lambda hung', async (t) => {
  const ended = await runDoor(t, 'init', ['index.exit42'], await image());
  t.match(JSON.parse(ended.stdout), { errorType: 'Runtime.ExitError', errorMessage: /exit status 42$/ });
  t.equal(ended.code, 1);
});

t.test('variables and flags that cannot be used are named', async (t) => {
  const timeout = await runDoor(t, 'init', ['index.echo'], await image({ AWS_LAMBDA_FUNCTION_TIMEOUT: 'abc' }));
  t.match(timeout.stderr, /AWS_LAMBDA_FUNCTION_TIMEOUT is "abc"/);
  t.equal(timeout.code, 2);
  const port = await runDoor(t, 'init', ['index.echo'], await image({ DOCKER_LAMBDA_RUNTIME_PORT: '99999' }));
  t.match(port.stderr, /DOCKER_LAMBDA_RUNTIME_PORT is "99999"/);
  const flag = await runDoor(t, 'init', ['--frob'], await image());
  t.equal(flag.code, 2);
  const array = await runDoor(t, 'init', ['--bootstrap-args', '{}', 'x'], await image());
  t.match(array.stderr, /^Value of --bootstrap-args should be a JSON Array\. Error: /);
  t.equal(array.code, 1);
});

t.test('--bootstrap names the runtime and --bootstrap-args its arguments', async (t) => {
  const bootstrap = `${fixture('provided')}/bootstrap`;
  const ended = await runDoor(t, 'init', ['--bootstrap', bootstrap, 'echo', '"custom"'], await image({}, 'nodejs'));
  t.equal(ended.stdout, '\n"custom"\n');
  const folder = t.testdir({
    boot: '#!/bin/sh\ncurl -s -d "{\\"errorType\\":\\"$1\\",\\"errorMessage\\":\\"$2\\"}" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error"\n',
  });
  chmodSync(`${folder}/boot`, 0o755);
  const args = ['--bootstrap', `${folder}/boot`, '--bootstrap-args', '["one","two three"]', 'h'];
  t.match(JSON.parse((await runDoor(t, 'init', args, await image())).stdout), {
    errorType: 'one',
    errorMessage: 'two three',
  });
  const missing = await runDoor(t, 'init', ['h'], await image({ LAMBDA_TASK_ROOT: folder, AWS_EXECUTION_ENV: '' }));
  t.match(JSON.parse(missing.stdout).errorMessage, /Error: Couldn't find valid bootstrap\(s\): \[/);
});

t.test('stay-open: one port for both APIs', async (t) => {
  const port = await freePort();
  const given = await image({
    DOCKER_LAMBDA_STAY_OPEN: '1',
    DOCKER_LAMBDA_API_PORT: `${port}`,
    DOCKER_LAMBDA_RUNTIME_PORT: `${port}`,
  });
  const door = new DoorProcess(t, 'init', ['index.echo'], given);
  await door.hears('stderr', new RegExp(green(`Lambda API listening on port ${port}\\.\\.\\.`)));
  t.equal((await invokeAt(port, '"one"')).text, '"one"');
  t.equal(await (await fetch(`http://127.0.0.1:${port}/2018-06-01/ping`)).text(), 'pong');
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
});

t.test('stay-open: a port each, by HTTP', async (t) => {
  const [api, runtime] = [await freePort(), await freePort()];
  const ports = { DOCKER_LAMBDA_API_PORT: `${api}`, DOCKER_LAMBDA_RUNTIME_PORT: `${runtime}` };
  const door = new DoorProcess(
    t,
    'init',
    ['environment'],
    await image({ DOCKER_LAMBDA_STAY_OPEN: '1', ...ports }, 'provided'),
  );
  await door.hears('stderr', /listening on port/);
  t.equal(JSON.parse((await invokeAt(api, '{}')).text).AWS_LAMBDA_RUNTIME_API, `127.0.0.1:${runtime}`);
});

/** A server of this door on a shared free port. */
async function staysOpen(t: Test, handler: string, environment: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const ports = { DOCKER_LAMBDA_API_PORT: `${port}`, DOCKER_LAMBDA_RUNTIME_PORT: `${port}` };
  const door = new DoorProcess(
    t,
    'init',
    [handler],
    await image({ DOCKER_LAMBDA_STAY_OPEN: '1', ...ports, ...environment }),
  );
  await door.hears('stderr', /listening on port/);
  return { door, port, invoke: (event: string, headers = {}) => invokeAt(port, event, headers) };
}

t.test('watch: a change gives the next invocation the new code', async (t) => {
  const folder = t.testdir({ 'index.cjs': "exports.handler = async () => 'old'", lib: {} });
  const environment = { DOCKER_LAMBDA_WATCH: '1', LAMBDA_TASK_ROOT: folder };
  const { door, invoke } = await staysOpen(t, 'index.handler', environment);
  t.equal((await invoke('{}')).text, '"old"');
  // Several writes are one change.
  writeFileSync(`${folder}/lib/other.txt`, 'x');
  writeFileSync(`${folder}/index.cjs`, "exports.handler = async () => 'new'");
  await door.hears('stderr', new RegExp(green('Handler/layer file changed, restarting bootstrap\\.\\.\\.')));
  t.equal((await invoke('{}')).text, '"new"');
  t.equal(door.stderr.match(/Handler\/layer file changed/g)?.length, 1);
});

t.test('SIGHUP: a new runtime, and the invocation under way ends in the old one', async (t) => {
  const folder = t.testdir({
    'index.cjs':
      "exports.handler = async (wait) => { console.log('in'); await new Promise((r) => setTimeout(r, wait)); return process.pid }",
  });
  const { door, invoke } = await staysOpen(t, 'index.handler', { LAMBDA_TASK_ROOT: folder });
  const first = (await invoke('0')).text;
  const underWay = invoke('300');
  await door.hears('stdout', /in[\s\S]*in/);
  door.child.kill('SIGHUP');
  await door.hears('stderr', /SIGHUP received, restarting bootstrap\.\.\./);
  t.equal((await underWay).text, first);
  t.not((await invoke('0')).text, first);
});

t.test('NO_BOOTSTRAP: a runtime that somebody else started; a change ends the program with 2', async (t) => {
  const folder = t.testdir({ file: '' });
  const environment = { DOCKER_LAMBDA_NO_BOOTSTRAP: '1', DOCKER_LAMBDA_WATCH: '1', LAMBDA_TASK_ROOT: folder };
  const { door, port, invoke } = await staysOpen(t, 'any', environment);
  const api = `http://127.0.0.1:${port}/2018-06-01/runtime/invocation`;
  const asked = fetch(`${api}/next`);
  const answer = invoke('"hello"');
  const event = await asked;
  t.equal(event.status, 200, 'it is held until there is an event');
  t.equal(await event.text(), '"hello"');
  const id = event.headers.get('lambda-runtime-aws-request-id');
  t.equal((await fetch(`${api}/${id}/response`, { method: 'POST', body: '"attached"' })).status, 202);
  const next = fetch(`${api}/next`).catch(() => undefined);
  t.equal((await answer).text, '"attached"');
  writeFileSync(`${folder}/file`, 'changed');
  t.equal((await door.ended).code, 2);
  await next;
});

t.test('pages of other sites may call, as in docker-lambda, but not the Runtime API', async (t) => {
  const { port, invoke } = await staysOpen(t, 'index.echo');
  const origin = { Origin: 'https://example.com' };
  const answer = await invoke('1', origin);
  t.match(Object.fromEntries(answer.headers), {
    'access-control-allow-origin': '*',
    'access-control-expose-headers':
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-log-result,x-amz-function-error',
  });
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/test/invocations`;
  t.equal((await fetch(url, { method: 'OPTIONS' })).status, 403);
  const asks = {
    ...origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'x-amz-log-type',
  };
  const preflight = await fetch(url, { method: 'OPTIONS', headers: asks });
  t.equal(preflight.status, 200);
  t.match(Object.fromEntries(preflight.headers), {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'x-amz-log-type',
    'access-control-max-age': '172800',
  });
  const stolen = await fetch(`http://127.0.0.1:${port}/2018-06-01/runtime/invocation/next`, { headers: origin });
  t.equal(stolen.status, 403);
});

t.test('DEBUG tells what happens; carriage returns become line feeds unless told otherwise', async (t) => {
  const folder = t.testdir({ 'index.cjs': "exports.handler = async () => void process.stdout.write('a\\rb\\n')" });
  const { door, invoke } = await staysOpen(t, 'index.handler', { LAMBDA_TASK_ROOT: folder, DOCKER_LAMBDA_DEBUG: '1' });
  await invoke('{}');
  await door.hears('stderr', /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d In invocation-started \S{36}$/m);
  await door.hears('stdout', /a\nb\n/);
  const asIs = await staysOpen(t, 'index.handler', { LAMBDA_TASK_ROOT: folder, DOCKER_LAMBDA_NO_MODIFY_LOGS: '1' });
  await asIs.invoke('{}');
  await asIs.door.hears('stdout', /a\rb\n/);
});

t.test("docker-lambda's own transcripts, ids and numbers aside", async (t) => {
  const folder = t.testdir({
    bootstrap: `#!/bin/bash
echo 'boot stdout line'; echo 'boot stderr line' >&2
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while :; do
  event=$(curl -sS -D "$0.headers" $api/next)
  id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip' "$0.headers" | tr -d '\\r')
  echo 'runtime output'
  if [ "$_HANDLER" = fails ]; then
    curl -sS -o /dev/null -d '{"errorType":"E","errorMessage":"it fails"}' $api/$id/error
  else
    curl -sS -o /dev/null -d "{\\"echo\\":$event,\\"h\\":\\"<b>&\\"}" $api/$id/response
  fi
done`,
  });
  chmodSync(`${folder}/bootstrap`, 0o755);
  const transcript = async (handler: string) => {
    const environment = { LAMBDA_TASK_ROOT: folder, AWS_EXECUTION_ENV: '' };
    const { stdout, stderr, code } = await runDoor(t, 'init', [handler, '{"a":1}'], await image(environment));
    return { stdout, code, stderr: withoutNumbers(stderr) };
  };
  const log = [
    'boot stdout line',
    'boot stderr line',
    '^[[32mSTART RequestId: ID Version: $LATEST^[[0m',
    'runtime output',
    '^[[32mEND RequestId: ID^[[0m',
    '^[[32mREPORT RequestId: ID\tInit Duration: N ms\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\t^[[0m',
    '',
  ].join('\n');
  t.same(await transcript('works'), {
    stdout: '\n{"echo":{"a":1},"h":"\\u003cb\\u003e\\u0026"}\n',
    code: 0,
    stderr: log,
  });
  t.same(await transcript('fails'), {
    stdout: '\n{"errorType":"E","errorMessage":"it fails"}\n',
    code: 1,
    stderr: log,
  });
});

const withoutNumbers = (log: string): string =>
  log
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/: [\d.]+ (ms|MB)/g, ': N $1')
    .replaceAll('\u001b', '^[');
