import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { buildOnce } from '../../conformance/src/build-once.ts';
import { fillPackage } from '../../packages/executable-linux-x64/build/fill-package.mjs';
import { executable, noExecutable } from '../../packages/host-llrt/src/testing/executable.ts';
import { buildGoFunction } from '../../runtimes/provided/conformance/go-target.ts';
import { need } from '../needs.mjs';
import { awsLambdaInvoke, noAwsCli } from './aws-cli.mjs';
import { docker, noEngine } from './docker.mjs';

// An image from `scratch`: nothing but the executable and a static function, built as examples/scratch-image says.
t.setTimeout(480_000);

const run = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const skip = need('linux') || noExecutable || need('go') || (await noEngine(executable));
const folder = t.testdir({ function: {}, orphans: {}, example: {} });
const tag = (name: string): string => `lambda-bootstraps-${name}-${process.pid}`;

/** Root's rights are not needed, nor a file to write to. */
const hardened = [
  '--read-only',
  ...['--user', '1234:5678'],
  ...['--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges'],
];

if (skip) {
  t.test('an image from scratch', { skip }, () => {});
} else {
  t.teardown(removeImages);
  await buildImages();
  await testImages();
}

async function buildImages(): Promise<void> {
  const root = await installExecutable();
  await build(
    'example',
    root,
    join(await buildGo('example', path('../../runtimes/provided/examples/go')), 'bootstrap'),
  );
  await build('function', root, join(await buildGoFunction(), 'bootstrap'));
  await build('orphans', root, join(await buildGo('orphans', path('fixtures/orphans')), 'bootstrap'));
}

/** With the containers that a failed test has left. */
async function removeImages(): Promise<void> {
  for (const image of ['function', 'orphans', 'example'].map(tag)) {
    const { stdout } = await docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`);
    if (stdout !== '') await docker('rm', '--force', ...stdout.trim().split('\n'));
    await docker('rmi', '--force', image);
  }
}

/** The executable by its three names, as npm installs it for an image. */
async function installExecutable(): Promise<string> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const dist = join(folder, 'package');
  await fillPackage({
    workspace: path(`../../packages/executable-linux-${architecture}`),
    architecture,
    folder: dist,
  });
  const settings = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--cache', join(folder, 'cache')];
  const packed = await run('npm', ['pack', dist, '--json', '--pack-destination', folder, ...settings]);
  const tarball = join(folder, JSON.parse(packed.stdout)[0].filename);
  const root = join(folder, 'image');
  await run('npm', ['install', '--global', '--prefix', join(root, 'usr/local'), tarball, ...settings]);
  return root;
}

function buildGo(name: string, source: string): Promise<string> {
  const args = ['build', '-tags', 'lambda.norpc', '-buildvcs=false'];
  return buildOnce({
    cache: path('../../.cache/compiled'),
    name,
    sources: ['go.mod', 'main.go'].map((file) => join(source, file)),
    ingredients: args,
    into: async (into) => {
      const env = { ...process.env, CGO_ENABLED: '0' };
      await run('go', [...args, '-o', join(into, 'bootstrap'), '.'], { cwd: source, env });
    },
  });
}

async function build(name: string, root: string, bootstrap: string): Promise<void> {
  const context = join(folder, name);
  await cp(root, join(context, 'image'), { recursive: true, verbatimSymlinks: true });
  await mkdir(join(context, 'image/var/task'), { recursive: true });
  await cp(bootstrap, join(context, 'image/var/task/bootstrap'));
  await cp(path('../../examples/scratch-image/Dockerfile'), join(context, 'Dockerfile'));
  const built = await docker('build', '--quiet', '--tag', tag(name), context);
  if (built.code !== 0) throw new Error(`docker build: ${built.stderr}`);
}

interface Container {
  readonly name: string;
  /** The address of a published port. */
  readonly url: string;
}

/** A container in the background, and the port that it serves once it listens. */
async function serve(t: Test, port: number, ...words: readonly string[]): Promise<Container> {
  const name = tag(`port-${port}`);
  t.teardown(() => docker('rm', '--force', name));
  const started = await docker('run', '--detach', '--name', name, '--publish', `127.0.0.1::${port}`, ...words);
  t.equal(started.code, 0, started.stderr);
  const published = await docker('port', name, String(port));
  const url = `http://${published.stdout.trim()}`;
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return { name, url };
    const state = await docker('inspect', '--format', '{{.State.Running}}', name);
    if (state.stdout.trim() !== 'true') throw new Error(`it has ended: ${(await docker('logs', name)).stderr}`);
  }
}

/** `docker stop`, with more time for a container than anyone would want. */
async function stop(t: Test, name: string): Promise<number> {
  const processes = await processesOf(name);
  t.ok(processes.length >= 2, 'the program and its runtime');
  const stopped = await docker('stop', '--time', '50', name);
  t.equal(stopped.code, 0, stopped.stderr);
  t.comment(`stopped after ${stopped.tookMs.toFixed(0)} ms`);
  t.ok(stopped.tookMs < 10_000, `stopped long before Docker would have killed it: ${stopped.tookMs.toFixed(0)} ms`);
  for (const id of processes) while (await isAlive(id)) await new Promise((resolve) => setTimeout(resolve, 20));
  return Number((await docker('inspect', '--format', '{{.State.ExitCode}}', name)).stdout);
}

/** The first process of a container and its children, by the machine's numbers. */
async function processesOf(name: string): Promise<number[]> {
  const first = Number((await docker('inspect', '--format', '{{.State.Pid}}', name)).stdout);
  const all = (await readdir('/proc')).map(Number).filter(Boolean);
  const parents = await Promise.all(all.map(async (id) => (await statOf(id))?.parent));
  return [first, ...all.filter((_, index) => parents[index] === first)];
}

async function isAlive(id: number): Promise<boolean> {
  const stat = await statOf(id);
  return stat !== undefined && stat.state !== 'Z';
}

async function statOf(id: number): Promise<{ state: string; parent: number } | undefined> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined);
  const [state = '', parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return stat === undefined ? undefined : { state, parent: Number(parent) };
}

/** Invokes as AWS's own clients do, and as anyone might. */
async function invokeAs(t: Test, url: string): Promise<void> {
  await t.test('by curl', { skip: need('curl') }, async (t) => {
    const invocations = `${url}/2015-03-31/functions/function/invocations`;
    const { stdout } = await run('curl', ['--silent', '--data', '{"by":"curl"}', invocations]);
    t.equal(stdout, '{"by":"curl"}');
  });
  await t.test('by the AWS CLI', { skip: noAwsCli() }, async (t) => {
    const { printed, result } = await awsLambdaInvoke(url, '{"by":"aws"}');
    t.match(printed, { StatusCode: 200, ExecutedVersion: '$LATEST' });
    t.equal(result, '{"by":"aws"}');
  });
}

async function testImages(): Promise<void> {
  await t.test('the example', async (t) => {
    const greeted = await docker('run', '--rm', tag('example'), 'handler', '{"name":"you"}');
    t.match(greeted, { code: 0, stdout: /^\n?\{"message":"Hello, you"\}\n$/ }, greeted.stderr);
    t.match(await docker('run', '--rm', tag('example')), { code: 1, stdout: /the event has no name/ });
    const version = await docker(
      'run',
      '--rm',
      '--entrypoint',
      '/usr/local/bin/lambda-bootstraps',
      tag('example'),
      '--version',
    );
    t.match(version, { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ });
  });

  // What is wrong with it is wrong with all, and takes its time in each.
  if (!t.passing()) return;

  await t.test('a single execution, without a network or a right', async (t) => {
    const once = ['run', '--rm', '--network', 'none', ...hardened, tag('function')];
    const echoed = await docker(...once, 'echo', '{"a":1}');
    t.match(echoed, { code: 0, stdout: /^\n?\{"a":1\}\n$/, stderr: /REPORT RequestId/ }, echoed.stderr);
    t.match(await docker(...once, 'throws', '{}'), { code: 1, stdout: /"errorMessage":"it is broken"/ });
  });

  await t.test('init that stays open', async (t) => {
    const { name, url } = await serve(
      t,
      9001,
      ...hardened,
      ...['--env', 'DOCKER_LAMBDA_STAY_OPEN=1'],
      ...[tag('function'), 'echo'],
    );
    await invokeAs(t, url);
    t.equal(await stop(t, name), 0);
  });

  await t.test('aws-lambda-rie', async (t) => {
    const { name, url } = await serve(
      t,
      8080,
      ...hardened,
      ...['--env', '_HANDLER=echo', '--entrypoint', '/usr/local/bin/aws-lambda-rie'],
      ...[tag('function'), '/var/task/bootstrap'],
    );
    await invokeAs(t, url);
    t.equal(await stop(t, name), 0);
  });

  await t.test('docker stop in the middle of a single execution', async (t) => {
    const name = tag('stopped');
    t.teardown(() => docker('rm', '--force', name));
    const words = ['--env', 'AWS_LAMBDA_FUNCTION_TIMEOUT=300', tag('function'), 'loop', '{}'];
    t.equal((await docker('run', '--detach', '--name', name, ...words)).code, 0);
    while (!/START RequestId/.test((await docker('logs', name)).stderr));
    t.equal(await stop(t, name), 143);
  });

  await t.test('process 1 waits for the orphans of a function', async (t) => {
    const words = ['--env', 'AWS_LAMBDA_FUNCTION_TIMEOUT=60', tag('orphans'), 'handler', '{}'];
    const ended = await docker('run', '--rm', ...words);
    t.match(ended, { code: 0, stdout: /^\n?\{\}\n$/ }, ended.stdout + ended.stderr);
  });
}
