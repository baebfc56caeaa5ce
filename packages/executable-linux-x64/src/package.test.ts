import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { freePort } from '../../../conformance/src/doors/door-process.ts';
import { need } from '../../../tooling/needs.mjs';
import { npm as npmIn } from '../../../tooling/publishing/npm.mjs';
import { executable, noExecutable } from '../../host-llrt/src/testing/executable.ts';
import { flawOfExecutable } from '../build/built-executable.mjs';
import { fillPackage } from '../build/fill-package.mjs';

t.setTimeout(240_000);

const own = process.arch === 'arm64' ? 'arm64' : 'x64';
const foreign = own === 'x64' ? 'arm64' : 'x64';
const workspaceOf = (architecture: string) => join(import.meta.dirname, `../../executable-linux-${architecture}`);
const name = `@lambda-bootstraps/executable-linux-${own}`;
const folder = t.testdir({
  prefix: {},
  project: { 'package.json': '{ "private": true }' },
  task: {
    bootstrap: `#!/bin/bash
      api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
      while id=$(curl -s -D - -o /dev/null "$api/next" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip' | tr -d '\\r'); do
        curl -s -o /dev/null -d "{\\"handler\\":\\"$_HANDLER\\"}" "$api/$id/response"
      done`,
  },
});
const taskRoot = join(folder, 'task');
chmodSync(join(taskRoot, 'bootstrap'), 0o755);

/** npm as users have it; it may ask no registry. */
const npm = (...words: readonly string[]): Promise<string> =>
  npmIn(folder, ['--offline', '--cache', join(folder, 'cache'), ...words]);

/** Runs a command to its end, or until it is told to end. */
function start(t: Test, command: string, words: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const streams = Promise.all([text(child.stdout!), text(child.stderr!)]);
  const ended = Promise.all([once(child, 'exit'), streams]).then(([[code], [stdout, stderr]]) => ({
    code,
    stdout,
    stderr,
  }));
  return { child, ended };
}

t.test('a package from npm, by each of its three names', { skip: noExecutable || need('curl') }, async (t) => {
  const dist = join(folder, 'dist');
  t.equal(await fillPackage({ workspace: workspaceOf(own), architecture: own, folder: dist }), false);
  const [packed] = JSON.parse(await npm('pack', dist, '--json', '--pack-destination', folder));
  t.same(
    packed.files.map(({ path }: { path: string }) => path).sort(),
    ['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.txt', 'lambda-bootstraps', 'package.json'],
    'nothing else goes along',
  );
  const tarball = join(folder, packed.filename);

  t.test('in a project', async (t) => {
    const project = join(folder, 'project');
    await npm('install', '--prefix', project, tarball);
    const bin = join(project, 'node_modules/.bin');
    const words = ['invoke', 'some.handler', '{}', '--runtime', 'provided.al2023', '--task-dir', taskRoot];
    const plain = await start(t, join(bin, 'lambda-bootstraps'), words).ended;
    t.match(plain, { code: 0, stdout: '{"handler":"some.handler"}\n' });
  });

  t.test('in the files of an image', async (t) => {
    const prefix = join(folder, 'prefix');
    await npm('install', '--global', '--prefix', prefix, tarball);
    const bin = join(prefix, 'bin');

    t.test('init', async (t) => {
      const port = String(await freePort());
      const env = { PATH: process.env.PATH, LAMBDA_TASK_ROOT: taskRoot, DOCKER_LAMBDA_RUNTIME_PORT: port };
      const once = await start(t, join(bin, 'init'), ['some.handler', '{}'], { env }).ended;
      t.match(once, { code: 0, stdout: /^\n?\{"handler":"some\.handler"\}\n$/ }, once.stderr);
    });

    t.test('aws-lambda-rie', async (t) => {
      const [api, runtimeApi] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
      const addresses = ['--runtime-interface-emulator-address', api, '--runtime-api-address', runtimeApi];
      const words = [...addresses, join(taskRoot, 'bootstrap')];
      const env = { PATH: process.env.PATH, _HANDLER: 'some.handler' };
      const { child, ended } = start(t, join(bin, 'aws-lambda-rie'), words, { env });
      t.same(await firstAnswer(`http://${api}/2015-03-31/functions/function/invocations`), { handler: 'some.handler' });
      child.kill('SIGTERM');
      t.equal((await ended).code, 0);
    });

    t.test('its licences are beside it', async (t) => {
      const notices = readFileSync(join(prefix, 'lib/node_modules', name, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
      const [list = '', ...texts] = notices.split(`\n${'-'.repeat(80)}\n`);
      for (const work of ['hyper', 'llrt_util', 'musl', 'QuickJS-NG', "Rust's standard library", 'tokio', 'tslib']) {
        t.match(list, new RegExp(`^${work} [\\d.]+[\\w.-]*: `, 'm'));
      }
      t.match(texts.join(''), /Fabrice Bellard/);
      for (const line of list.split('\n').filter((line) => line.includes('; https://'))) {
        const work = line.slice(0, line.indexOf(': '));
        t.ok(
          texts.some((of) => of.split(', ').includes(work)),
          `a text for ${work}`,
        );
      }
    });
  });
});

t.test('for another machine npm wants to be forced', { skip: noExecutable }, async (t) => {
  const dist = join(folder, 'dist');
  await fillPackage({ workspace: workspaceOf(own), architecture: own, folder: dist });
  const manifest = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));
  t.match(manifest, { os: ['linux'], cpu: [own] });
  writeFileSync(join(dist, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.0', cpu: [foreign] }));
  const [packed] = JSON.parse(await npm('pack', dist, '--json', '--pack-destination', folder));
  const install = ['install', '--global', '--prefix', join(folder, 'foreign'), join(folder, packed.filename)];
  await t.rejects(npm(...install), { message: /EBADPLATFORM/ });
  await npm(...install, '--force');
  t.same(readdirSync(join(folder, 'foreign/bin')).sort(), ['aws-lambda-rie', 'init', 'lambda-bootstraps']);
});

t.test('what must not be packed says why', async (t) => {
  const missing = join(folder, 'not-built');
  const unfilled = join(folder, 'unfilled');
  const flaw = await fillPackage({
    workspace: workspaceOf(foreign),
    architecture: foreign,
    executable: missing,
    folder: unfilled,
  });
  t.match(flaw, /^the executable for \w+ is not built: LAMBDA_BOOTSTRAPS_TARGET=\S+ npm run build -w/);
  await t.rejects(npm('pack', unfilled), { message: /is not filled, there is nothing to pack: the executable for/ });
  t.equal(JSON.parse(readFileSync(join(unfilled, 'package.json'), 'utf8')).private, true, 'nor is it published');
  for (const architecture of ['x64', 'arm64']) {
    await t.rejects(npm('pack', workspaceOf(architecture), '--pack-destination', folder), {
      message: /is packed from its dist folder: npm run build, then npm pack \.\/packages\/executable-linux-\w+\/dist/,
    });
  }
});

t.test('an executable of another kind is none', { skip: noExecutable }, async (t) => {
  t.equal(flawOfExecutable(executable, own), false);
  t.match(flawOfExecutable(executable, foreign), /is no executable for/);
  t.match(flawOfExecutable(import.meta.filename, own), /is no executable for/);
});

/** The server starts in its own time. */
async function firstAnswer(url: string): Promise<unknown> {
  for (;;) {
    const answer = await fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined);
    if (answer) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
