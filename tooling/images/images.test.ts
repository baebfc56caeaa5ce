import { execFile, spawn } from 'node:child_process';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { buildOnce } from '../../conformance/src/build-once.ts';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { need } from '../needs.mjs';
import { awsLambdaInvoke, noAwsCli } from './aws-cli.mjs';
import { buildImage, sizeOf } from './build-image.mjs';
import { answering, invoke, removeImages, serve } from './containers.mjs';
import { architecture, fillContext, noContext } from './context.mjs';
import { docker, noEngine } from './docker.mjs';
import { importHostCopy } from './host-copy.mjs';
import { nodeRuntime } from './local-base.mjs';

// What docker-lambda's README and RIE's guide say to run, against images of this machine's own Node.js.
t.setTimeout(480_000);

const run = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const skip = need('linux') || noContext() || (await noEngine(executable));
const folder = t.testdir({
  context: {},
  amazon: {},
  example: {},
  task: {
    'index.js': "exports.handler = async (event) => ({ event, from: 'index' });",
    'app.js': "exports.myHandler = async (event) => ({ event, from: 'app' });",
    'layout.js': `
      const { statSync, writeFileSync } = require('node:fs');
      exports.handler = async () => {
        writeFileSync('/tmp/written', '');
        return {
          user: process.getuid(), group: process.getgid(), cwd: process.cwd(), env: process.env,
          folders: ['/var/task', '/var/runtime', '/opt', '/tmp'].filter((name) => statSync(name).isDirectory()),
        };
      };`,
  },
  fn: { 'index.js': "exports.handler = async () => require('shared').name;" },
  layer: { nodejs: { node_modules: { shared: { 'index.js': "exports.name = 'of the layer';" } } } },
  changing: { 'index.js': 'exports.handler = async () => 1;' },
});
const tag = (name: string): string => `lambda-bootstraps-images-${name}-${process.pid}`;
let opened = 0;
const hardened = [
  ...['--read-only', '--tmpfs', '/tmp'],
  ...['--user', '1234:5678'],
  ...['--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges'],
];

if (skip) {
  t.test('run images', { skip }, () => {});
} else {
  t.teardown(() => removeImages(['base', 'emulator', 'nodejs', 'amazon', 'example', 'script'].map(tag)));
  await buildImages();
  await testDockerLambda();
  if (t.passing()) await testEmulator();
}

async function buildImages(): Promise<void> {
  const context = join(folder, 'context');
  fillContext(context);
  await importHostCopy(tag('base'), { node: process.execPath });
  const base = tag('base');
  await buildImage({ context, family: 'nodejs', target: 'emulator', image: tag('emulator') });
  await buildImage({ context, family: 'nodejs', target: 'run', image: tag('nodejs'), base, runtime: nodeRuntime });
  await buildAmazon();
}

/** An image with the places of Amazon's, their emulator's included, and the example on top of it. */
async function buildAmazon(): Promise<void> {
  const amazon = join(folder, 'amazon');
  await cp(path('fixtures/amazon'), amazon, { recursive: true });
  await writeFile(join(amazon, 'aws-lambda-rie'), "#!/bin/sh\necho 'the emulator is still there'\n", { mode: 0o755 });
  await writeFile(
    join(amazon, 'Dockerfile'),
    `FROM ${tag('base')}
ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime
COPY aws-lambda-rie /usr/local/bin/
COPY bootstrap /var/runtime/
COPY lambda-entrypoint.sh /
WORKDIR /var/task
ENTRYPOINT ["/lambda-entrypoint.sh"]
`,
  );
  await build('amazon', amazon);
  const settings = ['--build-arg', `EMULATOR=${tag('emulator')}`, '--build-arg', `BASE=${tag('amazon')}`];
  await build('example', path('../../examples/images'), ...settings);
}

async function build(name: string, context: string, ...settings: readonly string[]): Promise<void> {
  const built = await docker('build', '--quiet', '--tag', tag(name), ...settings, context);
  if (built.code !== 0) throw new Error(`docker build: ${built.stderr}`);
}

/** `-v "$PWD":/var/task:ro,delegated` */
function task(name = 'task'): string[] {
  return ['-v', `${join(folder, name)}:/var/task:ro,delegated`];
}

/** The last line of stdout. */
function resultOf({ stdout }: { stdout: string }): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function testDockerLambda(): Promise<void> {
  const node = tag('nodejs');
  t.comment(`the emulator with nodejs: ${await sizeOf(tag('emulator'))} MB, the base: ${await sizeOf(tag('base'))} MB`);

  await t.test('docker run, the handler and its event', async (t) => {
    const plain = await docker('run', '--rm', ...task(), node, 'index.handler');
    t.match(plain, { code: 0, stderr: /REPORT RequestId/ }, plain.stderr);
    t.same(resultOf(plain), { event: {}, from: 'index' });
    const other = await docker('run', '--rm', ...task(), node, 'app.myHandler', '{"some": "event"}');
    t.same(resultOf(other), { event: { some: 'event' }, from: 'app' });
    t.match(await docker('run', '--rm', ...task(), node, 'index.none'), { code: 1, stdout: /HandlerNotFound/ });
  });

  await t.test("Lambda's layout, user and environment", async (t) => {
    const result = resultOf(await docker('run', '--rm', ...task(), node, 'layout.handler'));
    t.match(result, {
      user: 993,
      group: 990,
      cwd: '/var/task',
      folders: ['/var/task', '/var/runtime', '/opt', '/tmp'],
      env: {
        PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
        LAMBDA_TASK_ROOT: '/var/task',
        AWS_EXECUTION_ENV: `AWS_Lambda_${nodeRuntime}`,
        LD_LIBRARY_PATH: /^\/var\/lang\/lib:/,
      },
    });
    const words = ['--rm', '--network', 'none', ...hardened, ...task(), node, 'layout.handler'];
    const restricted = await docker('run', ...words);
    t.match(resultOf(restricted), { user: 1234, group: 5678 }, restricted.stderr);
  });

  await t.test('layers in /opt, and the default handler', async (t) => {
    const layer = ['-v', `${join(folder, 'layer')}:/opt:ro,delegated`];
    t.equal(resultOf(await docker('run', '--rm', ...task('fn'), ...layer, node)), 'of the layer');
  });

  await t.test('custom commands', async (t) => {
    t.equal((await docker('run', '--rm', '--entrypoint', 'node', node, '-v')).stdout.trim(), process.version);
  });

  await t.test('an event by standard input', async (t) => {
    const words = ['--rm', '-i', '-e', 'DOCKER_LAMBDA_USE_STDIN=1', ...task(), node];
    const child = spawn('docker', ['run', ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.end('{"some": "event"}');
    const stdout = (await child.stdout.toArray()).join('');
    t.same(resultOf({ stdout }), { event: { some: 'event' }, from: 'index' });
  });

  await t.test('stay-open', async (t) => {
    const { name, url } = await open(t, ...hardened, ...task(), node, 'index.handler');
    const invocations = `${url}/2015-03-31/functions/myfunction/invocations`;
    t.same(JSON.parse(await invoke(url, '{"n":1}')), { event: { n: 1 }, from: 'index' });
    const curl = need('curl') ? undefined : await run('curl', ['--silent', '--data', '{}', invocations]);
    if (curl) t.same(JSON.parse(curl.stdout), { event: {}, from: 'index' });
    if (!noAwsCli()) {
      const { printed, result } = await awsLambdaInvoke(url, '{}');
      t.match(printed, { StatusCode: 200 });
      t.same(JSON.parse(result), { event: {}, from: 'index' });
    }
    t.match((await docker('logs', name)).stderr, /Lambda API listening on port 9001\.\.\./);
    t.equal((await docker('stop', '--time', '50', name)).code, 0);
  });

  await t.test('watch: the next invocation has the code that was saved', async (t) => {
    const words = ['--restart', 'on-failure', '-e', 'DOCKER_LAMBDA_WATCH=1', ...task('changing'), node];
    const { name, url } = await open(t, ...words);
    t.equal(await invoke(url, '{}'), '1');
    // Now and then again, for the first may come before anybody watches.
    for (let asked = 0; (await invoke(url, '{}')) !== '2'; asked += 1) if (asked % 50 === 0) await change(2);
    t.match((await docker('logs', name)).stderr, /Handler\/layer file changed, restarting bootstrap\.\.\./);
  });

  await t.test('watch with --restart on-failure: the container starts again', async (t) => {
    const variables = ['-e', 'DOCKER_LAMBDA_WATCH=1', '-e', 'DOCKER_LAMBDA_NO_BOOTSTRAP=1'];
    const { name } = await open(t, '--restart', 'on-failure', ...variables, ...task('changing'), node);
    const restarts = async () => (await docker('inspect', '--format', '{{.RestartCount}}', name)).stdout.trim();
    for (let asked = 0; (await restarts()) === '0'; asked += 1) if (asked % 50 === 0) await change(3);
    t.ok(await answering(name, 9001), 'it serves again');
  });

  await t.test('nodemon: what was saved starts another container', async (t) => {
    const name = tag('nodemon');
    const variables = ['-e', 'DOCKER_LAMBDA_STAY_OPEN=1', '-p', '127.0.0.1::9001'];
    const container = ['run', '--rm', '--name', name, ...variables, ...task('changing'), node, 'index.handler'];
    const words = ['-w', './', '-e', '', '-s', 'SIGINT', '-x', 'docker', '--', ...container];
    await change(3);
    const nodemon = spawn(process.execPath, [await nodemonProgram(), ...words], {
      cwd: join(folder, 'changing'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    t.teardown(async () => {
      nodemon.kill('SIGKILL');
      await docker('rm', '--force', name);
    });
    const answer = async () => invoke(await answering(name, 9001), '{}');
    t.equal(await answer(), '3');
    // While nodemon ends one container there may be none to answer.
    for (let asked = 0; (await answer().catch(() => '')) !== '4'; asked += 1) if (asked % 50 === 0) await change(4);
    t.pass('what was saved answers');
  });
}

/** nodemon as npm installs it, once. */
async function nodemonProgram(): Promise<string> {
  const version = 'nodemon@3.1.14';
  const built = await buildOnce({
    cache: path('../../.cache/compiled'),
    name: 'nodemon',
    sources: [],
    ingredients: [version],
    into: async (into) => {
      const settings = ['--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts'];
      await run('npm', ['install', '--prefix', into, version, ...settings]);
    },
  });
  return join(built, 'node_modules/nodemon/bin/nodemon.js');
}

function change(result: number): Promise<void> {
  return writeFile(join(folder, 'changing/index.js'), `exports.handler = async () => ${result};`);
}

/** A container in stay-open mode, of a name that is removed with the test. */
async function open(t: Test, ...words: readonly string[]): Promise<{ name: string; url: string }> {
  opened += 1;
  const name = tag(`open-${opened}`);
  t.teardown(() => docker('rm', '--force', name));
  return serve(name, 9001, '-e', 'DOCKER_LAMBDA_STAY_OPEN=1', ...words);
}

async function testEmulator(): Promise<void> {
  await t.test("RIE's guide: an image that includes it", async (t) => {
    const name = tag('included');
    t.teardown(() => docker('rm', '--force', name));
    const { url } = await serve(name, 8080, tag('example'));
    t.same(JSON.parse(await invoke(url, '{"name":"you"}')), { greeting: 'Hello, you', by: '/var/runtime/bootstrap' });
    const once = await docker('run', '--rm', '--entrypoint', 'init', tag('example'), 'index.handler', '{"name":"you"}');
    t.same(resultOf(once), { greeting: 'Hello, you', by: '/var/runtime/bootstrap' }, once.stderr);
  });

  await t.test("RIE's guide: an image that it is built into", async (t) => {
    const script = join(folder, 'script');
    await mkdir(script);
    await writeFile(
      join(script, 'entry_script.sh'),
      `#!/bin/sh
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  exec /usr/local/bin/aws-lambda-rie /bin/env /var/runtime/bootstrap $@
else
  exec /bin/env /var/runtime/bootstrap $@
fi
`,
    );
    await chmod(join(script, 'entry_script.sh'), 0o755);
    await cp(join(folder, 'context', architecture, 'bin/lambda-bootstraps'), join(script, 'aws-lambda-rie'));
    await cp(path('../../examples/images/function/index.js'), join(script, 'index.js'));
    const lines = [
      'COPY index.js /var/task/',
      'COPY entry_script.sh /',
      'ADD aws-lambda-rie /usr/local/bin/aws-lambda-rie',
    ];
    const entry = 'ENTRYPOINT [ "/entry_script.sh" ]\nCMD [ "index.handler" ]';
    await writeFile(join(script, 'Dockerfile'), `FROM ${tag('amazon')}\n${lines.join('\n')}\n${entry}\n`);
    await build('script', script);
    const name = tag('built-in');
    t.teardown(() => docker('rm', '--force', name));
    const { url } = await serve(name, 8080, tag('script'));
    t.match(JSON.parse(await invoke(url, '{}')), { greeting: 'Hello, you' });
  });

  await t.test("RIE's guide: an image without it", async (t) => {
    const name = tag('without');
    t.teardown(() => docker('rm', '--force', name));
    const mount = ['-v', `${join(folder, 'context', architecture, 'bin')}:/aws-lambda`, ...task()];
    const entry = ['--entrypoint', '/aws-lambda/aws-lambda-rie'];
    const command = ['/bin/env', '/var/runtime/bootstrap', 'index.handler'];
    const { url } = await serve(name, 8080, ...mount, ...entry, tag('amazon'), ...command);
    t.match(JSON.parse(await invoke(url, '{}')), { from: 'index' });
  });

  await t.test('what the one line brings has its notices with it', async (t) => {
    const notices = 'share/lambda-bootstraps/THIRD-PARTY-NOTICES.txt';
    const shipped = await docker('run', '--rm', '--entrypoint', 'cat', tag('example'), `/usr/local/${notices}`);
    t.equal(shipped.stdout, await readFile(join(folder, 'context', architecture, notices), 'utf8'));
  });
}
