import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { pythonIsMissing, pythonPackages } from '../../conformance/src/doors/python-packages.ts';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { need } from '../needs.mjs';
import { buildImage } from './build-image.mjs';
import { removeImages } from './containers.mjs';
import { architecture, fillContext, noContext } from './context.mjs';
import { docker, dockerWithin, noEngine } from './docker.mjs';
import { importDebian, keptDebian } from './local-base.mjs';

// The run image of .NET, by the only .NET that a package registry has: 3.1, without an SDK or the official client.
t.setTimeout(600_000);

const skip =
  need('full', 'linux') ||
  noContext() ||
  pythonIsMissing() ||
  (architecture === 'amd64' ? false : 'its .NET is for amd64 alone') ||
  (existsSync(keptDebian) ? false : 'needs the local base: npm run images -- --local') ||
  (await noEngine(executable));
const folder = t.testdir({ context: {}, base: {}, task: {} });
const fixture = fileURLToPath(new URL('fixtures/dotnet', import.meta.url));
const tag = (name: string): string => `lambda-bootstraps-dotnet-${name}-${process.pid}`;

if (skip) {
  t.test('a function in .NET', { skip }, () => {});
} else {
  t.teardown(() => removeImages(['debian', 'base', 'compiler', 'emulator', 'run'].map(tag)));
  await importDebian(tag('debian'));
  await cp(fixture, join(folder, 'base'), { recursive: true });
  await cp(join(await pythonPackages('dotnetcore2'), 'dotnetcore2/bin'), join(folder, 'base/dotnet'), {
    recursive: true,
  });
  await build('runtime', 'base');
  await build('compiler', 'compiler');
  await testFunction();
}

async function build(target: string, name: string): Promise<void> {
  const words = ['--target', target, '--network', 'host', '--build-arg', `BASE=${tag('debian')}`, '--tag', tag(name)];
  const built = await dockerWithin(240, 'build', ...words, join(folder, 'base'));
  if (built.code !== 0) throw new Error(`docker build: ${built.stdout}${built.stderr}`);
}

async function testFunction(): Promise<void> {
  await t.test('an executable assembly', async (t) => {
    const task = join(folder, 'task');
    await cp(fixture, task, { recursive: true });
    const compiled = await dockerWithin(120, 'run', '--rm', '-v', `${task}:/var/task`, tag('compiler'));
    t.equal(compiled.code, 0, compiled.stdout + compiled.stderr);

    const context = join(folder, 'context');
    fillContext(context);
    await buildImage({ context, family: 'dotnet', target: 'emulator', image: tag('emulator') });
    const settings = { family: 'dotnet', base: tag('base'), runtime: 'dotnetcore3.1' };
    await buildImage({ context, target: 'run', image: tag('run'), ...settings });
    const words = ['--rm', '--read-only', '--tmpfs', '/tmp', '-v', `${task}:/var/task:ro,delegated`, tag('run')];
    const ended = await docker('run', ...words, 'bootstrap', '{"some": "event"}');
    t.match(ended, { code: 0, stderr: /REPORT RequestId/ }, ended.stderr);
    t.same(JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? ''), { event: { some: 'event' }, framework: '3.1.23' });
  });
}
