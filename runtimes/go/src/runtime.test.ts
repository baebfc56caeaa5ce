import { type GuessContext, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost, type MemoryFile } from '../../../packages/core/src/testing/memory-host.ts';
import { createRuntime } from './index.ts';

const elf = new Uint8Array(64);
elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
elf.set([62, 0], 18);
const program = { content: elf, executable: true };

interface Machine {
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly onPath?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly inheritedEnvironment?: Readonly<Record<string, string>>;
}

function planOn({ files, onPath = {}, environment = {}, inheritedEnvironment = {} }: Machine) {
  const context = {
    host: createMemoryHost({ files: files ?? { '/task/bin/main': program } }).host,
    config: { runtime: 'go1.x', taskRoot: '/task', handler: 'bin/main', environment, inheritedEnvironment },
    findExecutable: async (name: string) => onPath[name],
  } as unknown as LaunchContext;
  return createRuntime().plan(context);
}

t.test('the handler is a program in the folder of the function', async (t) => {
  const plan = await planOn({});
  t.match(plan, {
    command: ['/task/bin/main'],
    workingDirectory: '/task',
    environment: { AWS_EXECUTION_ENV: 'AWS_Lambda_go1.x', _LAMBDA_SERVER_PORT: /^\d+$/ },
    transport: { connect: Function },
    telemetryLog: false,
    debuggerOption: undefined,
  });
});

t.test('the port may be chosen, or left out', async (t) => {
  const chosen = await planOn({ environment: { _LAMBDA_SERVER_PORT: '54321' } });
  t.equal(chosen.environment._LAMBDA_SERVER_PORT, '54321');
  const inherited = await planOn({ inheritedEnvironment: { _LAMBDA_SERVER_PORT: '54322' } });
  t.equal(inherited.environment._LAMBDA_SERVER_PORT, '54322');
  const none = await planOn({ environment: { _LAMBDA_SERVER_PORT: '' } });
  t.match(none, { transport: 'http', environment: { AWS_EXECUTION_ENV: 'AWS_Lambda_go1.x' } });
  t.notOk('_LAMBDA_SERVER_PORT' in none.environment);
});

t.test('a program that cannot be started', async (t) => {
  const flaw = (files: Machine['files']) => planOn({ files: files ?? {} });
  await t.rejects(flaw({}), new LaunchFailure('fork/exec /task/bin/main: no such file or directory'));
  await t.rejects(flaw({ '/task/bin/main': { content: elf } }), { message: /permission denied$/ });
  await t.rejects(flaw({ '/task/bin/main': { content: 'text', executable: true } }), { message: /exec format error$/ });
});

t.test('under Delve', async (t) => {
  const onPath = { dlv: '/go/bin/dlv' };
  const plan = await planOn({ onPath, environment: { LAMBDA_BOOTSTRAPS_DELVE_PORT: '5985' } });
  t.strictSame(plan.command, [
    '/go/bin/dlv',
    '--listen=127.0.0.1:5985',
    '--headless=true',
    '--api-version=2',
    'exec',
    '/task/bin/main',
  ]);
  t.equal(plan.debuggerOption, 'LAMBDA_BOOTSTRAPS_DELVE_PORT=5985');

  const all = {
    LAMBDA_BOOTSTRAPS_DELVE_PORT: ':5985',
    LAMBDA_BOOTSTRAPS_DELVE_PATH: '/files/dlv',
    LAMBDA_BOOTSTRAPS_DELVE_API: '1',
  };
  const { command } = await planOn({ onPath, inheritedEnvironment: all });
  t.strictSame(command.slice(0, 4), ['/files/dlv', '--listen=:5985', '--headless=true', '--api-version=1']);

  await t.rejects(planOn({ environment: { LAMBDA_BOOTSTRAPS_DELVE_PORT: '1' } }), { message: /dlv is not on PATH/ });
});

t.test('guess', async (t) => {
  const guess = (handler: string | undefined, files: Readonly<Record<string, MemoryFile>>) =>
    createRuntime().guess({
      host: createMemoryHost({ files }).host,
      taskRoot: '/task',
      layers: [],
      handler,
      findExecutable: async () => undefined,
    } satisfies GuessContext);
  t.equal(await guess('main', { '/task/main': program }), 'go1.x');
  t.equal(await guess(undefined, { '/task/handler': program }), 'go1.x', 'the default handler');
  t.equal(await guess('main', { '/task/main': { content: elf } }), undefined, 'not executable');
  t.equal(await guess('main', { '/task/main/file': '' }), undefined, 'a folder');
  t.equal(await guess('index.handler', { '/task/index.js': '' }), undefined);
});
