import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import t, { type Test } from 'tap';
import { executable, noExecutable } from '../../../packages/host-llrt/src/testing/executable.ts';
import { buildGoFunction } from '../../../runtimes/provided/conformance/go-target.ts';
import { noEngine } from '../../../tooling/images/docker.mjs';
import { need } from '../../../tooling/needs.mjs';
import dockerLambda, { invoke, startStayOpen } from './index.mts';
import { forever, userProgram } from './testing/user-program.ts';

// By real engines: an image of nothing but the executable, a static function in a folder that is mounted.
t.setTimeout(300_000);

const skip = need('linux') || noExecutable || need('go');
const image = `lambda-bootstraps-docker-lambda-${process.pid}`;
/** spawnSync has 1 MiB for the result unless told. */
const roomy = { encoding: 'utf8', maxBuffer: 2 ** 24 } as const;

const noDocker = skip || (await noEngine(executable));
const noPodman = skip || need('podman') || (await configurePodman());
await t.test('docker', { skip: noDocker }, (t) => testEngine(t, 'docker'));
await t.test('podman', { skip: noPodman }, (t) => testEngine(t, 'podman'));

async function testEngine(t: Test, engine: string): Promise<void> {
  t.teardown(() => ask(engine, 'rmi', '--force', image));
  await importImage(engine);
  await testContainers(t, engine, await buildGoFunction());
}

/** Runs a command of an engine to its end. */
async function ask(engine: string, ...words: readonly string[]): Promise<string> {
  return (await promisify(execFile)(engine, words, { timeout: 60_000 })).stdout;
}

async function importImage(engine: string): Promise<void> {
  const folder = t.testdir({ bin: {} });
  copyFileSync(executable, join(folder, 'bin/init'));
  const archive = join(folder, 'image.tar');
  await promisify(execFile)('tar', ['-cf', archive, '-C', folder, 'bin']);
  await ask(engine, 'import', '--change', 'ENTRYPOINT ["/bin/init"]', archive, image);
}

/** Storage of its own, without what a container among others may not do. Why it runs nothing, or false. */
async function configurePodman(): Promise<string | false> {
  const folder = await mkdtemp(join(tmpdir(), 'podman-'));
  t.teardown(async () => {
    // What a test left behind is mounted there.
    await ask('podman', 'rm', '--all', '--force');
    await rm(folder, { recursive: true });
  });
  const settings = {
    storage: `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/root"\nrunroot = "${folder}/run"\n`,
    containers: `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n`,
  };
  for (const [name, text] of Object.entries(settings)) writeFileSync(join(folder, `${name}.conf`), text);
  process.env.CONTAINERS_STORAGE_CONF = join(folder, 'storage.conf');
  process.env.CONTAINERS_CONF = join(folder, 'containers.conf');
  try {
    await importImage('podman');
    await ask('podman', 'run', '--rm', '--publish', '127.0.0.1::9001', '--entrypoint', '/bin/init', image, '--help');
    return false;
  } catch (error) {
    return `needs podman: the one that is here is broken: ${(error as { stderr?: string }).stderr?.trim().split('\n').at(-1)}`;
  }
}

async function testContainers(t: Test, engine: string, taskDir: string): Promise<void> {
  const label = ['--label', image];
  const given = { dockerImage: image, taskDir, handler: 'echo', engine, dockerArgs: label };
  /** All of this test's containers, those that have ended too. */
  const containers = (): Promise<string> => ask(engine, 'ps', '--all', '--quiet', '--filter', `label=${image}`);

  await t.test('once', async (t) => {
    t.same(dockerLambda({ ...given, event: { a: 1 } }), { a: 1 });
    t.same(await invoke({ ...given, event: { a: 1 } }), { a: 1 });
    const large = { text: 'ü'.repeat(100_000) };
    t.ok(isDeepStrictEqual(dockerLambda({ ...given, event: large, spawnOptions: roomy }), large), 'by standard input');
    t.ok(isDeepStrictEqual(await invoke({ ...given, event: large }), large), 'by standard input, without blocking');
    await t.rejects(invoke({ ...given, handler: 'throws' }), { code: 1, message: /"errorMessage":"it is broken"/ });
    await t.rejects(invoke({ ...given, dockerImage: 'localhost:1/no-such-image' }), { code: 'ERR_IMAGE_NOT_FOUND' });
    await t.rejects(invoke({ ...given, dockerArgs: [...label, '--entrypoint', '/missing'] }), {
      code: 'ERR_CONTAINER_NOT_STARTED',
    });
    if (engine === 'docker') {
      const spawnOptions = { encoding: 'utf8', env: { ...process.env, DOCKER_HOST: 'unix:///no-such.sock' } } as const;
      await t.rejects(invoke({ ...given, spawnOptions }), { code: 'ERR_ENGINE_NOT_RUNNING' });
    }
    t.equal(await containers(), '');
  });

  await t.test('what is cut off', async (t) => {
    const dockerArgs = [...label, '-e', 'AWS_LAMBDA_FUNCTION_TIMEOUT=300'];
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
    await ask(engine, 'rm', '--force', container.containerName);
    await t.rejects(container.invoke(), { code: 'ERR_CONTAINER_ENDED' });
  });
}
