import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { freePort } from '../../conformance/src/doors/door-process.ts';
import { need } from '../needs.mjs';
import { readManifest, root } from '../workspaces.mjs';
import { checkPacked } from './check-packed.mjs';
import { contents } from './contents.mjs';
import { npm } from './npm.mjs';
import { packAll } from './pack.mjs';
import { stagePackages } from './stage.mjs';

// What npm would publish, as a user has it: in a project from which nothing of this repository is found.
t.setTimeout(500_000);

const parent = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')));
t.teardown(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));
const project = join(parent, 'project');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const nodeRuntime = `nodejs${process.versions.node.split('.')[0]}.x`;

const run = promisify(execFile);
const node = (...words: string[]) => run(process.execPath, words, { cwd: project });
const bin = join(project, 'node_modules/.bin/lambda-bootstraps');

const staged = stagePackages(join(parent, 'packages'), 'https://example.test/lambda-bootstraps');
const packed = await packAll(
  staged.filter(({ flaw }) => flaw === undefined),
  join(parent, 'tarballs'),
);
/** What builds could not fetch on this machine, by the package's name. */
const notFetched = new Map<string, readonly string[]>();

t.test('each package is whole, and has nothing else in it', async (t) => {
  t.same(staged.map(({ name }) => name).sort(), Object.keys(contents).sort(), 'contents.mjs knows every package');
  for (const one of packed) {
    const checked = await checkPacked(one, contents[one.name]);
    t.same(checked.flaws, [], one.name);
    if (checked.notFetched.length > 0) notFetched.set(one.name, checked.notFetched);
  }
});

t.test('a package says where it comes from, and nothing of this repository', async (t) => {
  for (const { name, folder } of packed) {
    const manifest = readManifest(folder);
    t.match(manifest, { license: 'MIT', publishConfig: { access: 'public', provenance: true } }, name);
    t.match(manifest.repository, { url: 'git+https://example.test/lambda-bootstraps.git' }, name);
    t.notOk('scripts' in manifest || 'devDependencies' in manifest, `${name} runs nothing when it is installed`);
    t.notMatch(JSON.stringify(manifest), /lambda-bootstraps-source|\.cache/, name);
  }
});

t.test('in a project', async (t) => {
  cpSync(join(import.meta.dirname, 'project'), project, { recursive: true });
  // An executable would take the program's name, and is for one kind of machine: its own test installs it.
  const tarballs = packed.filter(({ name }) => !name.includes('/executable-')).map(({ tarball }) => tarball);
  await npm(project, ['install', '--prefer-offline', ...tarballs]);
  const answer = { got: { a: 1 } };

  t.test('an ES module', async (t) => {
    const { stdout } = await node('program.mjs');
    t.same(JSON.parse(stdout), { answer, oneClassOfErrors: true, page: true, functions: true });
  });

  t.test('CommonJS', async (t) => {
    const { stdout } = await node('program.cjs', nodeRuntime);
    t.same(JSON.parse(stdout), { answer, invoke: 'function' });
  });

  for (const moduleResolution of ['nodenext', 'bundler']) {
    t.test(`TypeScript, with moduleResolution ${moduleResolution}`, async (t) => {
      const settings = ['-p', `tsconfig.${moduleResolution}.json`, '--typeRoots', join(root, 'node_modules/@types')];
      const { stdout } = await node(tsc, ...settings).catch((failed: { stdout: string }) => failed);
      t.equal(stdout, '');
    });
  }

  t.test('npx', async (t) => {
    const words = ['invoke', 'index.handler', '{"a":1}', '--task-dir', 'function'];
    const stdout = await npm(project, ['exec', '--no', '--', 'lambda-bootstraps', ...words]);
    t.same(JSON.parse(stdout), answer);
    const { version } = readManifest(join(root, 'packages/cli'));
    t.match((await run(bin, ['--version'])).stdout, version);
  });

  t.test('the pages of a server', async (t) => {
    const port = String(await freePort());
    const words = ['serve', 'index.handler', '--port', port, '--task-dir', 'function'];
    const server = spawn(bin, words, { cwd: project, stdio: 'ignore' });
    t.teardown(() => server.kill('SIGKILL'));
    const ended = once(server, 'exit');
    let page: Response | undefined;
    while (page === undefined && server.exitCode === null) {
      page = await fetch(`http://127.0.0.1:${port}/_inspector/`).catch(() => undefined);
    }
    t.match(await page?.text(), /^<!doctype html>/i);
    server.kill('SIGTERM');
    t.same(await ended, [0, null]);
  });

  const families = [
    ['python3.13', 'app.handler', 'runtime-python-mock', need('python')],
    ['ruby3.4', 'app.handler', 'runtime-ruby', need('ruby')],
    ['java21', 'App::handle', 'runtime-java-mock', need('jdk')],
  ] as const;
  for (const [runtime, handler, name, needed] of families) {
    const left = notFetched.get(`@lambda-bootstraps/${name}`);
    const skip = needed || (left !== undefined && `${name} was built without ${left}`);
    t.test(`the files of ${runtime}`, { skip }, async (t) => {
      if (runtime === 'java21') await run('javac', ['App.java'], { cwd: join(project, 'function') });
      const words = ['invoke', handler, '{"a":1}', '--runtime', runtime, '--task-dir', 'function', '--timeout', '60'];
      t.same(JSON.parse((await run(bin, words, { cwd: project })).stdout), answer);
    });
  }
});
