import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { type StayOpenOptions, startStayOpen } from './index.mts';
import { addressOf, publishing } from './publishing.ts';
import { FakeEngines, functions, image } from './testing/fake-engines.ts';
import { forever, userProgram } from './testing/user-program.ts';

t.setTimeout(240_000);

const engines = new FakeEngines(t);
const given = { dockerImage: image, taskDir: functions };
const echo = { ...given, handler: 'index.echo' };

/** A container for one test. */
async function start(t: Test, handler: string, options: Partial<StayOpenOptions> = {}) {
  const container = await startStayOpen({ ...given, handler, ...options });
  t.teardown(() => container.stop());
  return container;
}

t.test('it starts, is invoked often, and is stopped', async (t) => {
  engines.calls();
  let log = '';
  const { endpoint, containerName, ...container } = await start(t, 'index.context', {
    dockerArgs: ['-m', '1.5G'],
    addEnvVars: true,
    output: (text) => {
      log += text;
    },
  });
  const [run, port] = engines.calls();
  const mount = ['-v', `${functions}:/var/task`];
  t.same(run?.arguments.slice(0, 4), ['run', ...mount, '--rm']);
  t.same(run?.arguments.slice(30), [
    ...['--name', containerName, '-e', 'DOCKER_LAMBDA_STAY_OPEN=1', '-p', '127.0.0.1::9001', '-m', '1.5G'],
    ...[image, 'index.context'],
  ]);
  t.same(port?.arguments, ['port', containerName, '9001']);
  t.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);

  t.same(await container.invoke(), { event: {} });
  const clientContext = { custom: { from: 'ü' } };
  t.same(await container.invoke([1, 'ü'], { clientContext }), { event: [1, 'ü'], clientContext });
  t.same(await container.invoke(0), { event: 0 }, 'any JSON is an event');
  t.same(await container.invoke(Buffer.from('"bytes"')), { event: 'bytes' });
  t.equal(await container.invoke(1, { invocationType: 'DryRun' }), undefined);
  const response = await container.invoke('tail', { logType: 'Tail', returnResponse: true });
  t.match(response, {
    statusCode: 200,
    requestId: /^\S{36}$/,
    payload: '{"event":"tail"}',
    functionError: undefined,
    logResult: /^START RequestId[\s\S]*the function speaks[\s\S]*REPORT RequestId/,
  });
  t.match(log, /Lambda API listening on port[\s\S]*the function speaks/);

  await Promise.all([container.stop(), container.stop()]);
  t.same(engines.containers(), []);
  await t.rejects(container.invoke(), { code: 'ERR_STOPPED' });
  t.same(
    engines.calls().map((call) => call.arguments),
    [['stop', containerName]],
  );
});

t.test('errors of the function and of the service', async (t) => {
  const container = await start(t, 'index.throws');
  await t.rejects(container.invoke(), {
    name: 'DockerLambdaError',
    code: 'ERR_FUNCTION',
    message: 'The function failed: RangeError: as asked',
    payload: { errorType: 'RangeError', errorMessage: 'as asked' },
  });
  const response = await container.invoke({}, { returnResponse: true });
  t.match(response, { statusCode: 200, functionError: 'Unhandled', payload: /as asked/ });
  await t.rejects(container.invoke(Buffer.from('{bad')), { code: 'ERR_INVOKE_REFUSED', message: /answered 400: .+/ });
  t.throws(() => JSON.stringify(1n));
  await t.rejects(container.invoke(1n), TypeError, 'what is no JSON cannot be sent');
});

t.test('an invocation can be given up; the container goes on', async (t) => {
  const container = await start(t, 'index.loop', { dockerArgs: ['-e', 'AWS_LAMBDA_FUNCTION_TIMEOUT=1'] });
  const controller = new AbortController();
  const invoking = container.invoke({}, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await t.rejects(invoking, { message: 'enough' });
  await t.rejects(container.invoke(), { code: 'ERR_FUNCTION', message: /Task timed out after 1\.00 seconds/ });
});

t.test('several at a time, by podman and nerdctl too; it is disposed of', async (t) => {
  engines.calls();
  const containers = await Promise.all([
    start(t, 'index.echo', { engine: 'podman' }),
    start(t, 'index.echo', { engine: 'nerdctl', dockerArgs: ['--name', 'mine'] }),
  ]);
  t.equal(containers[1].containerName, 'mine', 'a name of the caller');
  t.same(await Promise.all(containers.map((one, index) => one.invoke(index))), [0, 1]);
  for (const container of containers) await container[Symbol.asyncDispose]();
  t.same(engines.containers(), []);
  t.same(new Set(engines.calls().map(({ engine }) => engine)), new Set(['podman', 'nerdctl']));
});

t.test('a port of the caller’s', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await t.rejects(startStayOpen({ ...given, handler: 'index.echo', port }), {
    code: 'ERR_PORT_IN_USE',
    message: new RegExp(`^The port ${port} cannot be published: .*port is already allocated`),
  });
  server.close();
  await once(server, 'close');
  const container = await start(t, 'index.echo', { port });
  t.equal(container.endpoint, `http://127.0.0.1:${port}`);
});

t.test('options that cannot be', async (t) => {
  const right = (option: string) => ({
    code: 'ERR_INVALID_OPTION',
    message: new RegExp(`^The option ${option} must be`),
  });
  await t.rejects(startStayOpen({} as StayOpenOptions), right('dockerImage'));
  for (const port of [0, 65_536, 1.5, Number.NaN]) await t.rejects(startStayOpen({ ...given, port }), right('port'));
});

t.test('a start that fails is told, and leaves nothing behind', async (t) => {
  await t.rejects(startStayOpen({ ...given, engine: 'no-such-engine' }), { code: 'ERR_ENGINE_NOT_FOUND' });
  engines.answers(t, { status: 125, stderr: 'docker: Cannot connect to the Docker daemon at tcp://x:1.\n' });
  await t.rejects(startStayOpen(given), { code: 'ERR_ENGINE_NOT_RUNNING', exitCode: 125 });
  engines.answers(t, { status: 2, stderr: 'AWS_LAMBDA_FUNCTION_TIMEOUT is "abc".\n' });
  await t.rejects(startStayOpen(given), {
    code: 'ERR_CONTAINER_ENDED',
    message: 'The container has ended with exit code 2: AWS_LAMBDA_FUNCTION_TIMEOUT is "abc"',
    output: /is "abc"/,
  });
  engines.answers(t, { hangs: true, stderr: 'still pulling\n' });
  await t.rejects(startStayOpen({ ...given, startTimeoutMs: 1_000 }), {
    code: 'ERR_NOT_READY',
    message: new RegExp(`^The container of ${image} served no Invoke API within 1000 ms`),
    output: 'still pulling\n',
  });
  await t.rejects(startStayOpen({ ...given, signal: AbortSignal.timeout(500) }), { name: 'TimeoutError' });
  await t.rejects(startStayOpen({ ...given, signal: AbortSignal.abort() }), { name: 'AbortError' });
  engines.answers(t, { hangs: true, stdout: 'Lambda API listening on port 9001...\n' });
  await t.rejects(startStayOpen({ ...given }), { code: 'ERR_PORT_NOT_PUBLISHED', message: /No such container/ });
  t.same(engines.containers(), []);
});

t.test('a container that somebody else ends', async (t) => {
  const container = await start(t, 'index.echo');
  spawnSync('docker', ['stop', container.containerName]);
  await t.rejects(container.invoke(), { code: 'ERR_CONTAINER_ENDED', message: /exit code 0/, exitCode: 0 });
  await container.stop();
});

t.test('a client that somebody kills takes its container along', async (t) => {
  engines.calls();
  const container = await start(t, 'index.echo');
  const client = engines.calls().find((call) => call.arguments[0] === 'run');
  process.kill(client?.process ?? 0, 'SIGKILL');
  await engines.allGone();
  await t.rejects(container.invoke(), { code: 'ERR_CONTAINER_ENDED', message: /SIGKILL/ });
});

t.test('without cleanUp the container stays there, stopped', async (t) => {
  const container = await start(t, 'index.echo', { cleanUp: false });
  await container.stop();
  t.same(engines.containers(), [container.containerName]);
  spawnSync('docker', ['rm', '--force', container.containerName]);
});

const ends: ReadonlyArray<readonly [name: string, after: string, signal?: NodeJS.Signals]> = [
  ['has nothing left to do', ''],
  ['exits', 'process.exit(0);'],
  ['throws', "throw new Error('on purpose');"],
  ['gets SIGINT', forever, 'SIGINT'],
  ['is killed', forever, 'SIGKILL'],
];

for (const [name, after, signal] of ends) {
  t.test(`no container is left behind by a process that ${name}`, async (t) => {
    const program = userProgram(t, echo, after);
    const exited = once(program, 'exit');
    const [text] = await once(program.stdout!, 'data');
    t.equal(String(text), 'ready\n');
    if (signal) program.kill(signal);
    t.same(await exited, signal ? [null, signal] : [after.includes('throw') ? 1 : 0, null]);
    await engines.allGone();
  });
}

t.test('nor by one that is killed while the container starts', async (t) => {
  const program = userProgram(t, echo, forever);
  while (engines.containers().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  program.kill('SIGKILL');
  await engines.allGone();
});

t.test('the port is published on loopback, unless the engine is another machine’s', async (t) => {
  const at = (env: Record<string, string>, more = {}) => publishing({ ...given, spawnOptions: { env }, ...more });
  const local = { argument: '127.0.0.1::9001', host: '127.0.0.1' };
  for (const DOCKER_HOST of ['', 'unix:///run/docker.sock', 'npipe:////./pipe/docker', 'tcp://localhost:2375']) {
    t.same(at({ DOCKER_HOST }), local, DOCKER_HOST);
  }
  t.same(at({ DOCKER_HOST: 'tcp://docker:2375' }), { argument: '9001', host: 'docker' });
  t.same(at({ DOCKER_HOST: 'ssh://me@far:22' }, { port: 9 }), { argument: '9:9001', host: 'far' });
  const both = { DOCKER_HOST: 'tcp://docker:2375', CONTAINER_HOST: 'ssh://core@pod/run/podman.sock' };
  t.same(at(both, { engine: '/usr/bin/podman' }), { argument: '9001', host: 'pod' });
  t.equal(addressOf({ stdout: '0.0.0.0:49153\n[::]:49154\n', stderr: '' }, 'docker'), 49_153);
  t.throws(() => addressOf({ stdout: '', stderr: 'no public port\n' }, 'docker'), { code: 'ERR_PORT_NOT_PUBLISHED' });
});
