import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import {
  DoorProcess,
  fixture,
  freePort,
  invokeAt,
  nodejsName,
  programName,
  programPath,
  runDoor,
  serve,
} from './door-process.ts';
import { pythonIsMissing, pythonPackages } from './python-packages.ts';

t.setTimeout(280_000);

const skip = programName === 'executable' && 'the executable has no control API';

/** A control server, and what asks it. */
async function control(t: Test, flags: readonly string[] = [], environment: Record<string, string> = {}) {
  const door = new DoorProcess(t, 'lambda-bootstraps', ['control', '--port', '0', ...flags], { environment });
  const [line] = await door.hears('stdout', /^.*\n/);
  const { endpoint, token } = JSON.parse(line) as { endpoint: string; token: string };
  const ask = async (method: string, path: string, body?: object) => {
    const init = { method, headers: { Authorization: `Bearer ${token}` }, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(endpoint + path, init);
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : undefined };
  };
  return { door, endpoint, token, ask };
}

const json = async (url: string) => JSON.parse(await (await fetch(url)).text());

const settings = (functionName: string, handler: string) => ({
  functionName,
  handler,
  runtime: nodejsName,
  taskDir: fixture('nodejs'),
  timeoutMs: 60_000,
});

t.test('control says in a line of JSON where it is; a function is made and invoked', { skip }, async (t) => {
  const { door, endpoint, ask } = await control(t);
  t.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.equal((await fetch(`${endpoint}/v1/functions`)).status, 401);
  t.equal((await ask('POST', '/v1/functions', settings('orders', 'index.echo'))).status, 201);
  t.match((await ask('POST', '/v1/functions/orders/invoke', { payload: { a: 1 } })).json, { payload: { a: 1 } });
  const invoked = await fetch(`${endpoint}/2015-03-31/functions/orders/invocations`, {
    method: 'POST',
    body: '{"b":2}',
  });
  t.same(await invoked.json(), { b: 2 });
  const unknown = await ask('POST', '/v1/functions', { ...settings('x', 'index.echo'), runtime: 'nodjs20.x' });
  t.match(unknown, { status: 400, json: { error: { code: 'ERR_UNKNOWN_RUNTIME', message: /nodejs/ } } });
  t.match((await fetch(`${endpoint}/_inspector/`)).status, 200, 'the page is here too');
  t.equal((await fetch(`${endpoint}/_inspector/v1/functions`)).status, 401);

  door.child.kill('SIGTERM');
  const ended = await door.ended;
  t.equal(ended.code, 0);
  t.match(ended.stdout, /^[^\n]+\n$/, 'nothing else is on stdout');
  t.equal(ended.stderr, '');
});

const slowFunction = `
  import { existsSync } from 'node:fs';
  import { setTimeout } from 'node:timers/promises';
  export const handler = async () => {
    while (!existsSync('go-on')) await setTimeout(20);
  };
`;

t.test('stop lets what runs end, takes nothing more, and ends the program', { skip }, async (t) => {
  const folder = t.testdir({ 'slow.mjs': slowFunction });
  const { door, ask } = await control(t);
  await ask('POST', '/v1/functions', { ...settings('slow', 'slow.handler'), taskDir: folder });
  const running = ask('POST', '/v1/functions/slow/invoke', { payload: {} });
  for (let isRunning = false; !isRunning; ) {
    const { json } = await ask('GET', '/v1/events?from=1&types=invocation-started&wait=10');
    isRunning = json.events.length > 0;
  }
  t.equal((await ask('POST', '/v1/stop')).status, 202);
  t.match(await ask('POST', '/v1/functions/slow/invoke', {}), {
    status: 503,
    json: { error: { code: 'ERR_SANDBOX_CLOSED' } },
  });
  writeFileSync(join(folder, 'go-on'), '');
  t.match(await running, { status: 200, json: { report: { status: 'success' } } });
  t.equal((await door.ended).code, 0);
});

t.test('the token is what the flag says, else the variable, else a fresh one', { skip }, async (t) => {
  const environment = { LAMBDA_BOOTSTRAPS_TOKEN: 'of-the-variable' };
  t.equal((await control(t, ['--token', 'of-the-flag'], environment)).token, 'of-the-flag');
  t.equal((await control(t, [], environment)).token, 'of-the-variable');
  const [one, other] = [await control(t), await control(t)];
  t.match(one.token, /^[\w-]{32}$/);
  t.not(one.token, other.token);
});

t.test('wrong usage of control', { skip }, async (t) => {
  const port = await freePort();
  await control(t, ['--port', String(port)]);
  const wrong: [args: string[], message: RegExp][] = [
    [['--token', 'short'], /--token: it needs 8 to 200 letters/],
    [['--token', 'with a space in it'], /--token/],
    [['index.handler'], /Unexpected argument "index\.handler"/],
    [['--port', '70000'], /--port is "70000"/],
    [['--port', String(port)], /already in use \(--port\)/],
    [['--host', ''], /--host: an address is needed/],
    [['--timeout', '3'], /Unknown flag --timeout/],
  ];
  for (const [args, message] of wrong) {
    const ended = await runDoor(t, 'lambda-bootstraps', ['control', ...args]);
    t.equal(ended.code, 2, args.join(' '));
    t.match(ended.stderr, message);
  }
});

t.test('the executable says that it has none', { skip: programName === 'node' }, async (t) => {
  const ended = await runDoor(t, 'lambda-bootstraps', ['control']);
  t.equal(ended.code, 2);
  t.match(ended.stderr, /The control API is not in this executable: it takes the program on Node\.js/);
});

t.test('serve has the inspector, without a token where only this machine reaches it', { skip }, async (t) => {
  const { door, port, invoke } = await serve(t, 'index.echo', ['--env', 'SECRET=s']);
  const base = `http://127.0.0.1:${port}/_inspector`;
  t.match((await door.hears('stderr', /Inspector: (.*)\n/))[1], `${base}/`);
  await invoke('{"before":"anybody looked"}');
  const events = await json(`${base}/v1/events?from=1&wait=10&types=invocation-completed`);
  t.match(events, { events: [{ functionName: 'test', outcome: { payload: '{"before":"anybody looked"}' } }], lost: 0 });
  const { functions } = await json(`${base}/v1/functions`);
  t.match(functions, [{ functionName: 'test', state: 'warm', environment: undefined }]);
  t.equal((await fetch(`http://127.0.0.1:${port}/v1/functions`)).status, 404, 'and no more of the API');
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
});

t.test('the events of serve are told by a WebSocket, to its end', { skip }, async (t) => {
  const { WebSocket } = await import('ws');
  const { door, port, invoke } = await serve(t, 'index.echo');
  const socket = new WebSocket(`ws://127.0.0.1:${port}/_inspector/v1/feed`);
  const types: string[] = [];
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.on('message', (data) => {
    for (const { type } of JSON.parse(String(data)).events) types.push(type);
  });
  await invoke('{}');
  door.child.kill('SIGTERM');
  t.equal(await closed, 1001);
  t.match(types, ['invocation-received', 'environment-starting']);
  t.ok(types.includes('invocation-completed'));
  t.equal(types.at(-1), 'environment-stopped');
  t.equal((await door.ended).code, 0);
});

t.test('where others reach serve, its inspector wants a token', { skip }, async (t) => {
  const { door, port } = await serve(t, 'index.echo', ['--host', '0.0.0.0']);
  const [, page = ''] = await door.hears('stderr', /Inspector: (.*)\n/);
  const [, token] = /^http:\/\/127\.0\.0\.1:\d+\/_inspector\/#token=(.{32})$/.exec(page) ?? [];
  const at = `http://127.0.0.1:${port}/_inspector/v1/functions`;
  t.equal((await fetch(at)).status, 401);
  t.equal((await fetch(at, { headers: { Authorization: `Bearer ${token}` } })).status, 200);
  t.equal((await invokeAt(port, '{}')).status, 200, 'the Invoke API is as open as it was told to be');
});

t.test('what few ask for is not in the program that all start', { skip }, async (t) => {
  const bundle = readFileSync(join(programPath('lambda-bootstraps'), '..', 'cli.cjs'), 'utf8');
  t.match(bundle, /import\("@lambda-bootstraps\/control"\)/);
  t.notMatch(bundle, /WebSocketServer|Sec-WebSocket|OpenAPI|ERR_TOKEN_WRONG'\)/);
});

const noPython = skip || pythonIsMissing();

t.test('the example in Python: tests of a function', { skip: noPython }, async (t) => {
  const cwd = fileURLToPath(new URL('../../../examples/testcontainers-python', import.meta.url));
  const env = { ...process.env, LAMBDA_BOOTSTRAPS: programPath('lambda-bootstraps'), PYTHONDONTWRITEBYTECODE: '1' };
  const { stderr } = await promisify(execFile)('python3', ['-m', 'unittest'], { cwd, env, timeout: 120_000 });
  t.match(stderr, /Ran 5 tests[\s\S]*OK/);
});

/** Why the fuzzing client cannot be used, or the folder where it is. */
async function fuzzer(): Promise<{ skip: string | false; packages: string }> {
  if (noPython) return { skip: noPython, packages: '' };
  try {
    return { skip: false, packages: await pythonPackages('schemathesis==4.32.5') };
  } catch (error) {
    return { skip: `schemathesis cannot be had from PyPI: ${(error as Error).message.split('\n')[0]}`, packages: '' };
  }
}

const { skip: noFuzzer, packages } = await fuzzer();

t.test('openapi.json is true: a fuzzing client finds nothing that it does not say', { skip: noFuzzer }, async (t) => {
  const { endpoint, token, ask } = await control(t);
  await ask('POST', '/v1/functions', settings('fuzzed', 'index.echo'));
  const spec = await json(`${endpoint}/v1/openapi.json`);
  // What only this machine knows, and what would take long.
  const { FunctionSettings, FunctionChanges } = spec.components.schemas;
  const here = { type: 'string', enum: [fixture('nodejs')] };
  for (const { properties } of [FunctionSettings, FunctionChanges]) {
    Object.assign(properties, { taskDir: here, extensionsDir: here, layers: { ...properties.layers, items: here } });
    properties.runtime = { type: 'string', enum: [nodejsName] };
  }
  const { get } = spec.paths['/v1/events'];
  get.parameters = get.parameters.filter(({ name }: { readonly name: string }) => name !== 'wait');
  const folder = t.testdir({});
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(spec));
  const program = 'from schemathesis.cli import schemathesis; schemathesis()';
  const { stdout } = await promisify(execFile)(
    'python3',
    [
      ...['-c', program, 'run', 'openapi.json', '--url', endpoint, '--header', `Authorization: Bearer ${token}`],
      // One ends the server, the other is a WebSocket.
      ...['--exclude-path', '/v1/stop', '--exclude-path', '/v1/feed', '--checks', 'all', '--seed', '1', '--no-color'],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '15', '--request-timeout', '60'],
      ...['--max-response-time', '60', '--suppress-health-check', 'all'],
    ],
    { cwd: folder, env: { ...process.env, PYTHONPATH: packages, NO_COLOR: '1' }, timeout: 250_000 },
  ).catch((error: { stdout: string; stderr: string }) => ({ stdout: `${error.stdout}${error.stderr}` }));
  t.match(stdout, /No issues found/, stdout);
  t.equal((await ask('GET', '/v1/ready')).status, 200);
});
