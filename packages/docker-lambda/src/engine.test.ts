import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { executable, noExecutable } from '../../../packages/host-llrt/src/testing/executable.ts';
import { buildGoFunction } from '../../../runtimes/provided/conformance/go-target.ts';
import { docker, noEngine } from '../../../tooling/images/docker.mjs';
import { need } from '../../../tooling/needs.mjs';
import dockerLambda, { invoke, startStayOpen } from './index.mts';
import { forever, userProgram } from './testing/user-program.ts';

// By a real engine: an image of nothing but the executable, a static function in a folder that is mounted.
t.setTimeout(300_000);

const skip = need('linux') || noExecutable || need('go') || (await noEngine(executable));
const image = `lambda-bootstraps-docker-lambda-${process.pid}`;

if (skip) {
  t.test('a real container', { skip }, () => {});
} else {
  await buildImage();
  t.teardown(() => docker('rmi', '--force', image));
  await testContainers(await buildGoFunction());
}

async function buildImage(): Promise<void> {
  const folder = t.testdir({ Dockerfile: 'FROM scratch\nCOPY bin /bin\nENTRYPOINT ["/bin/init"]\n' });
  mkdirSync(join(folder, 'bin'));
  copyFileSync(executable, join(folder, 'bin/init'));
  const built = await docker('build', '--quiet', '--tag', image, folder);
  if (built.code !== 0) throw new Error(`docker build: ${built.stderr}`);
}

/** All containers of the image, those that have ended too. */
async function containers(): Promise<string> {
  return (await docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`)).stdout;
}

async function testContainers(taskDir: string): Promise<void> {
  const given = { dockerImage: image, taskDir, handler: 'echo', engine: 'docker' };

  await t.test('once', async (t) => {
    t.same(dockerLambda({ ...given, event: { a: 1 } }), { a: 1 });
    t.same(await invoke({ ...given, event: { a: 1 } }), { a: 1 });
    await t.rejects(invoke({ ...given, handler: 'throws' }), { code: 1, message: /"errorMessage":"it is broken"/ });
    await t.rejects(invoke({ ...given, dockerImage: 'localhost:1/no-such-image' }), { code: 'ERR_IMAGE_NOT_FOUND' });
    await t.rejects(invoke({ ...given, dockerArgs: ['--entrypoint', '/missing'] }), {
      code: 'ERR_CONTAINER_NOT_STARTED',
    });
    const spawnOptions = { encoding: 'utf8', env: { ...process.env, DOCKER_HOST: 'unix:///no-such.sock' } } as const;
    await t.rejects(invoke({ ...given, spawnOptions }), { code: 'ERR_ENGINE_NOT_RUNNING' });
    t.equal(await containers(), '');
  });

  await t.test('what is cut off', async (t) => {
    const dockerArgs = ['-e', 'AWS_LAMBDA_FUNCTION_TIMEOUT=300'];
    const controller = new AbortController();
    const spawnOptions = { encoding: 'utf8', signal: controller.signal } as const;
    const invoking = invoke({ ...given, handler: 'loop', dockerArgs, spawnOptions });
    while ((await containers()) === '');
    controller.abort(new Error('enough'));
    await t.rejects(invoking, { message: 'enough' });
    t.equal(await containers(), '');
  });

  await t.test('stay-open', async (t) => {
    const container = await startStayOpen(given);
    t.same(await container.invoke({ a: 1 }), { a: 1 });
    t.same(await container.invoke([2]), [2]);
    const port = Number(new URL(container.endpoint).port);
    await t.rejects(startStayOpen({ ...given, port }), { code: 'ERR_PORT_IN_USE' });
    await container.stop();
    t.equal(await containers(), '');
  });

  await t.test('a process that is killed takes its container along', async (t) => {
    const program = userProgram(t, given, forever);
    await once(program.stdout!, 'data');
    t.not(await containers(), '');
    program.kill('SIGKILL');
    while ((await containers()) !== '');
  });

  await t.test('a container that somebody else removes', async (t) => {
    const container = await startStayOpen(given);
    await docker('rm', '--force', container.containerName);
    await t.rejects(container.invoke(), { code: 'ERR_CONTAINER_ENDED' });
  });
}
