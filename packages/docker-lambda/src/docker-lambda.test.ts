import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import dockerLambda, { DockerLambdaError, type DockerLambdaOptions, type InvokeOptions, invoke } from './index.mts';
import { FakeEngines, functions, image } from './testing/fake-engines.ts';

t.setTimeout(180_000);

const engines = new FakeEngines(t);
const given = { dockerImage: image, taskDir: functions };

/** What a function throws, which it must. */
function thrownBy(act: () => unknown): Error & Record<string, unknown> {
  try {
    act();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('nothing was thrown');
}

const variables = [
  ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCOUNT_ID', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ...['AWS_SESSION_TOKEN', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_TIMEOUT', 'AWS_LAMBDA_FUNCTION_HANDLER'],
  ...['AWS_LAMBDA_EVENT_BODY', 'DOCKER_LAMBDA_USE_STDIN'],
];

t.test('the command line is that of docker-lambda', async (t) => {
  engines.answers(t, { stdout: '{}' });
  const commandOf = (...options: Parameters<typeof dockerLambda>): readonly string[] => {
    dockerLambda(...options);
    const [call] = engines.calls();
    t.equal(call?.engine, 'docker');
    return call?.arguments ?? [];
  };
  const oldImage = 'lambci/lambda:nodejs4.3';
  const mount = ['-v', `${process.cwd()}:/var/task`];
  t.same(commandOf(), ['run', ...mount, '--rm', oldImage, 'index.handler', '{}']);
  t.same(commandOf({ addEnvVars: true }), [
    ...['run', ...mount, '--rm', ...variables.flatMap((name) => ['-e', name])],
    ...[oldImage, 'index.handler', '{}'],
  ]);
  t.same(
    commandOf({
      dockerImage: 'mine',
      handler: 'app.run',
      event: { a: [1] },
      taskDir: '/elsewhere',
      cleanUp: false,
      dockerArgs: ['-m', '1.5G'],
    }),
    ['run', '-v', '/elsewhere:/var/task', '-m', '1.5G', 'mine', 'app.run', '{"a":[1]}'],
  );
  t.same(
    commandOf({ taskDir: '', event: 0 }),
    ['run', '--rm', oldImage, 'index.handler', '{}'],
    'falsy is an event too',
  );
  t.same(commandOf({ taskDir: null, cleanUp: null }), ['run', ...mount, '--rm', oldImage, 'index.handler', '{}']);
});

t.test('an event that is too large for an argument comes by standard input', async (t) => {
  engines.calls();
  // In JSON a quote at each end.
  const [longest, larger] = [131_069, 131_070].map((length) => 'x'.repeat(length));
  const echo = { ...given, handler: 'index.echo' };
  const spawnOptions: DockerLambdaOptions['spawnOptions'] = {
    encoding: 'utf8',
    env: { ...process.env, AWS_LAMBDA_EVENT_BODY: '"of the caller"' },
    input: '"unread"',
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const ways: ReadonlyArray<(options: DockerLambdaOptions) => unknown> = [dockerLambda, invoke];
  for (const run of ways) {
    t.ok((await run({ ...echo, event: longest })) === longest, 'the longest argument');
    const [byArgument] = engines.calls();
    t.notOk(byArgument?.arguments.includes('-i'));
    t.ok((await run({ ...echo, event: larger, addEnvVars: true, spawnOptions })) === larger, 'one byte more');
    const [byInput] = engines.calls();
    t.equal(byInput?.arguments.at(-1), 'index.echo');
    t.ok(byInput?.arguments.includes('DOCKER_LAMBDA_USE_STDIN=1'));
    const event = 'ü'.repeat(100_000);
    t.ok((await run({ ...echo, event })) === event, 'bytes are counted, not characters');
    t.equal(await run({ ...echo, event, spawnOptions: { stdio: 'ignore' } }), null, 'standard output is not ours');
    engines.calls();
  }
  engines.answers(t, { status: 1, stderr: 'it reads nothing' });
  for (const run of ways) {
    const failing = async (): Promise<unknown> => run({ ...echo, event: 'x'.repeat(2_000_000) });
    await t.rejects(failing, { code: 1, message: 'it reads nothing' });
  }
});

t.test('the result is the last line of standard output', async (t) => {
  const results: ReadonlyArray<readonly [stdout: string, result: unknown]> = [
    ['{}', {}],
    ['A log\n{"not":"this"}\n{"success":true}', { success: true }],
    ['A log\n\n{"success":true}\n\n', { success: true }],
    ['null', null],
    ['A log\nsuccess', undefined],
    ['', undefined],
  ];
  for (const [stdout, result] of results) {
    engines.answers(t, { stdout });
    t.strictSame(dockerLambda(), result, stdout);
    t.strictSame(await invoke(), result, `${stdout} by invoke`);
  }
  engines.answers(t, { stdout: '[1]' });
  t.same(dockerLambda({ spawnOptions: {} }), [1], 'from bytes');
  t.equal(dockerLambda({ spawnOptions: { stdio: 'ignore' } }), null, 'standard output is not ours');
  t.equal(await invoke({ spawnOptions: { stdio: 'ignore' } }), null);
});

t.test('a failure has code, stdout and stderr', async (t) => {
  engines.answers(t, { status: 1, stdout: 'wtf', stderr: 'ftw' });
  const expected = { message: 'wtf', code: 1, stdout: 'wtf', stderr: 'ftw' };
  t.match(
    thrownBy(() => dockerLambda()),
    expected,
  );
  await t.rejects(invoke(), expected);
  engines.answers(t, { status: 3, stderr: 'ftw' });
  t.match(
    thrownBy(() => dockerLambda()),
    { message: 'ftw', code: 3 },
  );
  engines.answers(t, { status: 3 });
  t.match(
    thrownBy(() => dockerLambda()),
    { message: 'The container ended with exit code 3', code: 3 },
  );
  const missing = thrownBy(() => dockerLambda({ engine: 'no-such-engine' }));
  t.match(missing, { code: 'ENOENT', syscall: 'spawnSync no-such-engine' }, 'the error of spawnSync');
});

t.test('returnSpawnResult gives what spawnSync gave', async (t) => {
  engines.answers(t, { status: 1, stdout: 'out', stderr: 'err' });
  const run = { status: 1, signal: null, stdout: 'out', stderr: 'err', output: [null, 'out', 'err'], pid: Number };
  t.match(dockerLambda({ returnSpawnResult: true }), run);
  t.match(await invoke({ returnSpawnResult: true }), run);
  t.match(dockerLambda({ returnSpawnResult: true, engine: 'no-such-engine' }).error, { code: 'ENOENT' });
  t.match((await invoke({ returnSpawnResult: true, engine: 'no-such-engine' })).error, { code: 'ENOENT' });
  const bytes = await invoke({ returnSpawnResult: true, spawnOptions: {} });
  t.same(bytes.stdout, Buffer.from('out'), 'spawnOptions replace the default encoding');
});

t.test('a function in a container', async (t) => {
  const event = { text: '<ü>', list: [1, null] };
  const ways: ReadonlyArray<(options: DockerLambdaOptions) => unknown> = [dockerLambda, invoke];
  for (const run of ways) {
    t.same(await run({ ...given, handler: 'index.echo', event }), event);
    t.same(await run({ ...given, handler: 'index.echo' }), {});
    await t.rejects(async () => run({ ...given, handler: 'index.throws' }), {
      code: 1,
      message: /"errorType":"RangeError","errorMessage":"as asked"/,
      stderr: /REPORT RequestId/,
    });
    const spawnOptions = { encoding: 'utf8', env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: 'orders' } } as const;
    const environment = await run({
      ...given,
      ...{ handler: 'index.environment', addEnvVars: true, dockerArgs: ['-e', 'MINE=yes'], spawnOptions },
    });
    t.match(environment, { AWS_LAMBDA_FUNCTION_NAME: 'orders', MINE: 'yes' });
  }
  await engines.allGone();
});

t.test('podman and nerdctl, by option and by variable', async (t) => {
  engines.calls();
  t.same(dockerLambda({ ...given, handler: 'index.echo', engine: 'podman' }), {});
  t.same(await invoke({ ...given, handler: 'index.echo', engine: 'nerdctl' }), {});
  process.env.LAMBDA_BOOTSTRAPS_ENGINE = 'podman';
  t.teardown(() => delete process.env.LAMBDA_BOOTSTRAPS_ENGINE);
  t.same(await invoke({ ...given, handler: 'index.echo' }), {});
  t.same(dockerLambda({ ...given, handler: 'index.echo', engine: 'docker' }), {}, 'the option comes first');
  t.same(
    engines.calls().map(({ engine }) => engine),
    ['podman', 'nerdctl', 'podman', 'docker'],
  );
});

t.test('invoke does not block', async (t) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  t.teardown(() => clearInterval(timer));
  const both = await Promise.all([
    invoke({ ...given, handler: 'index.echo', event: 'one' }),
    invoke({ ...given, handler: 'index.echo', event: 'two' }),
  ]);
  t.same(both, ['one', 'two']);
  t.ok(ticks > 10, `${ticks} ticks of a timer`);
});

t.test('what invoke cuts off leaves no container behind', async (t) => {
  const loop = (spawnOptions: InvokeOptions['spawnOptions']): Promise<unknown> =>
    invoke({ ...given, handler: 'index.loop', spawnOptions: { encoding: 'utf8', ...spawnOptions } });
  const controller = new AbortController();
  const aborted = loop({ signal: controller.signal });
  while (engines.containers().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort(new Error('enough'));
  await t.rejects(aborted, { message: 'enough' });
  t.same(engines.containers(), []);
  await t.rejects(loop({ signal: controller.signal }), { message: 'enough' }, 'before it is begun');

  await t.rejects(loop({ timeout: 1_000 }), { code: 'ETIMEDOUT' });
  t.same(engines.containers(), []);

  const event = { length: 300_000 };
  const large = { ...given, handler: 'index.large', event };
  await t.rejects(invoke({ ...large, spawnOptions: { maxBuffer: 100_000 } }), { code: 'ENOBUFS' });
  t.same(engines.containers(), []);
  t.equal(((await invoke(large)) as string).length, event.length, 'no limit unless told');
});

t.test('invoke hands its input and its folder to the engine', async (t) => {
  const folder = t.testdir({});
  engines.calls();
  engines.answers(t, { stdout: '1' });
  t.equal(await invoke({ spawnOptions: { cwd: folder, input: 'unread' } }), 1);
  t.equal(engines.calls().find((call) => call.arguments[0] === 'run')?.folder, folder);
  await t.rejects(invoke({ spawnOptions: { cwd: join(folder, 'missing') } }), {
    code: 'ERR_INVALID_OPTION',
    message: 'The option spawnOptions.cwd must be a folder.',
  });
  t.notOk(existsSync(join(folder, 'missing')));
});

/** What engines really say; `docker` 28, `podman` 5 and `nerdctl` 2. */
const troubles: ReadonlyArray<readonly [code: string, words: RegExp, status: number, stderr: string]> = [
  [
    'ERR_ENGINE_NOT_RUNNING',
    /does not answer: Cannot connect to the Docker daemon at unix:\/\/\/no\.sock\. Start it/,
    125,
    "docker: Cannot connect to the Docker daemon at unix:///no.sock. Is the docker daemon running?\n\nRun 'docker run --help' for more information\n",
  ],
  [
    'ERR_ENGINE_NOT_RUNNING',
    /rootless containerd not running/,
    1,
    'time="2026-01-01T00:00:00Z" level=fatal msg="rootless containerd not running? (hint: use `containerd-rootless-setuptool.sh install`)"\n',
  ],
  [
    'ERR_ENGINE_NOT_ALLOWED',
    /This user may not use docker's engine: permission denied/,
    126,
    'docker: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: connect: permission denied\n',
  ],
  [
    'ERR_IMAGE_NOT_FOUND',
    /The image nothing:1 is not here, and could not be pulled: pull access denied for nothing/,
    125,
    "Unable to find image 'nothing:1' locally\ndocker: Error response from daemon: pull access denied for nothing, repository does not exist\n\nRun 'docker run --help' for more information\n",
  ],
  [
    'ERR_IMAGE_NOT_FOUND',
    /short-name "nothing:1" did not resolve/,
    125,
    'Error: short-name "nothing:1" did not resolve to an alias and no unqualified-search registries are defined\n',
  ],
  [
    'ERR_CONTAINER_NOT_STARTED',
    /docker could not run the container: .*"\/init": no such file or directory/,
    127,
    'Unable to find image \'nothing:1\' locally\nDigest: sha256:0\nStatus: Downloaded newer image for nothing:1\ndocker: Error response from daemon: failed to create task: exec: "/init": no such file or directory\n',
  ],
];

for (const [code, words, status, stderr] of troubles) {
  t.test(`${code}: ${words.source}`, async (t: Test) => {
    engines.answers(t, { status, stderr });
    const error = await invoke({ dockerImage: 'nothing:1' }).catch((error) => error);
    t.ok(error instanceof DockerLambdaError);
    t.match(error, { code, message: words, exitCode: status, output: stderr });
    t.match(
      thrownBy(() => dockerLambda()),
      { code: status, message: stderr, stderr },
      'the old function hands on the words',
    );
  });
}

t.test('an engine that is not installed', async (t) => {
  await t.rejects(invoke({ engine: 'no-such-engine' }), {
    code: 'ERR_ENGINE_NOT_FOUND',
    message: /^"no-such-engine" is not installed/,
    cause: { code: 'ENOENT' },
  });
});

t.test('a function that logs as nerdctl does is no trouble of the engine', async (t) => {
  engines.answers(t, { status: 1, stdout: '{"errorType":"Oh"}', stderr: 'time="now" level=fatal msg="oh"\n' });
  await t.rejects(invoke(), { message: '{"errorType":"Oh"}', code: 1 });
});
