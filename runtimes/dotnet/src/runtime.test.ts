import { type GuessContext, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost, type MemoryFile } from '../../../packages/core/src/testing/memory-host.ts';
import { createRuntime } from './index.ts';

const program = { content: '', executable: true };
const client = '/var/runtime/Amazon.Lambda.RuntimeSupport.dll';
const library = {
  '/task/Orders.dll': '',
  '/task/Orders.deps.json': '{}',
  '/task/Orders.runtimeconfig.json': '{}',
  [client]: '',
};
const installed = (root: string, ...versions: readonly string[]): Record<string, MemoryFile> => ({
  [`${root}/dotnet`]: program,
  ...Object.fromEntries(versions.map((version) => [`${root}/shared/Microsoft.NETCore.App/${version}/a.dll`, ''])),
});

interface Machine {
  readonly files: Readonly<Record<string, MemoryFile>>;
  readonly onPath?: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly layers?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

async function planOn(machine: Machine) {
  const { files, onPath, runtime = 'dotnet8', handler = 'Orders::Orders.Function::Handle' } = machine;
  const notices: string[] = [];
  const config = {
    runtime,
    handler,
    taskRoot: '/task',
    runtimeDir: '/var/runtime',
    layers: machine.layers ?? [],
    environment: machine.environment ?? {},
    inheritedEnvironment: {},
  };
  const context = {
    host: createMemoryHost({ files }).host,
    config,
    findExecutable: async () => onPath,
    notice: (sentence: string) => notices.push(sentence),
  } as unknown as LaunchContext;
  return { ...(await createRuntime().plan(context)), notices };
}

t.test('a class library is started as the image does it', async (t) => {
  const image = { ...library, ...installed('/var/lang/bin', '8.0.28') };
  t.match(await planOn({ files: image }), {
    command: [
      ...['/var/lang/bin/dotnet', 'exec'],
      ...['--depsfile', '/task/Orders.deps.json', '--runtimeconfig', '/task/Orders.runtimeconfig.json'],
      ...[client, 'Orders::Orders.Function::Handle'],
    ],
    workingDirectory: '/task',
    environment: {
      AWS_EXECUTION_ENV: 'AWS_Lambda_dotnet8',
      LAMBDA_RUNTIME_NAME: 'dotnet8',
      DOTNET_ROOT: '/var/lang/bin',
    },
    transport: 'http',
    telemetryLog: true,
    notices: [],
  });

  const { command: wrapped } = await planOn({ files: image, environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' } });
  t.strictSame(wrapped.slice(0, 3), ['/opt/wrap', '/var/lang/bin/dotnet', 'exec']);
});

t.test('whose files may be named otherwise', async (t) => {
  const dotnet = installed('/var/lang/bin', '8.0.28');
  const depsOf = async (files: Machine['files'], environment = {}) =>
    (await planOn({ files: { ...dotnet, [client]: '', ...files }, environment })).command.slice(3, 6);
  const main = { '/task/Main.deps.json': '', '/task/Main.runtimeconfig.json': '' };
  t.strictSame(await depsOf(main), ['/task/Main.deps.json', '--runtimeconfig', '/task/Main.runtimeconfig.json']);
  const both = { ...library, ...main };
  t.equal((await depsOf(both))[0], '/task/Orders.deps.json');
  for (const LAMBDA_DOTNET_MAIN_ASSEMBLY of ['Main', 'Main.dll']) {
    t.equal((await depsOf(both, { LAMBDA_DOTNET_MAIN_ASSEMBLY }))[0], '/task/Main.deps.json');
  }
  const other = { '/task/A.deps.json': '', '/task/B.deps.json': '' };
  await t.rejects(depsOf(other), new LaunchFailure('/task/Orders.deps.json not found, and 2 other files end like it'));
  await t.rejects(depsOf({ '/task/A.deps.json': '' }), { message: /Orders\.runtimeconfig\.json not found, and 0/ });
});

t.test('the client', async (t) => {
  const files = { ...library, ...installed('/var/lang/bin', '8.0.28'), '/mine/client.dll': '' };
  const clientIn = async (environment: Record<string, string>) => (await planOn({ files, environment })).command.at(-2);
  t.equal(await clientIn({}), client);
  t.equal(await clientIn({ LAMBDA_BOOTSTRAPS_DOTNET_CLIENT: '/mine/client.dll' }), '/mine/client.dll');
  await t.rejects(clientIn({ LAMBDA_BOOTSTRAPS_DOTNET_CLIENT: '/none.dll' }), {
    name: 'LaunchFailure',
    message: /^no Amazon\.Lambda\.RuntimeSupport\.dll to load Orders::.*: looked at \/none\.dll\. Make the function/,
  });
});

t.test('an executable assembly, and a program', async (t) => {
  const dotnet = installed('/usr/lib/dotnet', '8.0.1');
  for (const handler of ['bootstrap', 'bootstrap.dll']) {
    const { command } = await planOn({ files: { ...dotnet, '/task/bootstrap.dll': '' }, handler });
    t.strictSame(command, ['/usr/lib/dotnet/dotnet', 'exec', '/task/bootstrap.dll']);
  }
  const script = { content: '#!/bin/sh\n', executable: true };
  const native = await planOn({ files: { '/task/native': script, '/bin/sh': '' }, handler: 'native' });
  t.strictSame(native.command, ['/task/native'], 'without any .NET');
  t.strictSame(native.environment, { AWS_EXECUTION_ENV: 'AWS_Lambda_dotnet8', LAMBDA_RUNTIME_NAME: 'dotnet8' });
  const denied = planOn({ files: { '/task/native': '' }, handler: 'native' });
  await t.rejects(denied, new LaunchFailure('fork/exec /task/native: permission denied'));
  const missing = planOn({ files: {}, handler: 'native' });
  await t.rejects(missing, new LaunchFailure('executable assembly /task/native.dll or binary /task/native not found'));
});

t.test('which .NET runs it', async (t) => {
  const chosen = async (files: Machine['files'], more: Partial<Machine> = {}) => {
    const { command, environment, notices } = await planOn({ ...more, files: { ...library, ...files } });
    return { dotnet: command[0], rollForward: environment.DOTNET_ROLL_FORWARD, notices };
  };
  const usual = installed('/usr/share/dotnet', '8.0.1', '9.0.2');
  const own = installed('/mine', '10.0.0', '8.0.0');
  const exact = { rollForward: undefined, notices: [] };
  t.match(await chosen(usual), { dotnet: '/usr/share/dotnet/dotnet', ...exact });
  const onPath = '/home/me/.dotnet/dotnet';
  t.match(await chosen({ ...usual, ...installed('/home/me/.dotnet', '8.0.0') }, { onPath }), { dotnet: onPath });
  const link = await chosen(usual, { onPath: '/usr/bin/dotnet' });
  t.match(link, { dotnet: '/usr/share/dotnet/dotnet', ...exact }, 'a link on PATH tells no version');
  t.match(await chosen({ ...usual, ...own }, { environment: { DOTNET_ROOT: '/mine' } }), { dotnet: '/mine/dotnet' });

  t.match(await chosen({ ...usual, ...own }, { runtime: 'dotnet6', environment: { DOTNET_ROOT: '/mine/' } }), {
    dotnet: '/mine/dotnet',
    rollForward: 'Major',
    notices: [/^dotnet6 is run by \.NET 8 \(.*\), because no \.NET 6 was found\.$/],
  });
  const older = await chosen(usual, { runtime: 'dotnet10' });
  t.match(older, { dotnet: '/usr/share/dotnet/dotnet', notices: [/^dotnet10 is run by \.NET 9/] });
  const unknown = await chosen({}, { onPath: '/usr/bin/dotnet' });
  t.match(unknown, { dotnet: '/usr/bin/dotnet', notices: [/by a \.NET of unknown version/] });
  await t.rejects(chosen({}), {
    message: /^no dotnet to run dotnet8: looked at DOTNET_ROOT, \/var\/lang\/bin, PATH, /,
  });
});

t.test('what the image and the layers bring', async (t) => {
  const certificates = '/var/runtime/empty-certificates.crt';
  const files = {
    ...library,
    ...installed('/var/lang/bin', '8.0.28', '10.0.9'),
    [certificates]: '',
    '/low/dotnetcore/store/x64/a.dll': '',
    '/high/dotnetcore/store/x64/a.dll': '',
  };
  const variables = async (more: Partial<Machine>) => (await planOn({ files, ...more })).environment;
  t.equal((await variables({})).SSL_CERT_FILE, certificates);
  t.notOk((await variables({ runtime: 'dotnet10' })).SSL_CERT_FILE);
  t.notOk((await variables({ environment: { SSL_CERT_FILE: '/mine' } })).SSL_CERT_FILE);
  const { DOTNET_SHARED_STORE } = await variables({ layers: ['/low', '/none', '/high'] });
  t.equal(DOTNET_SHARED_STORE, '/high/dotnetcore/store:/low/dotnetcore/store');
});

t.test('names', async (t) => {
  const { names, deprecated, unsupported } = createRuntime();
  t.ok(names.includes('dotnet10') && names.includes('dotnetcore3.1'));
  t.strictSame(deprecated, ['dotnet9', 'dotnet7', 'dotnet6', 'dotnet5.0', 'dotnetcore3.1']);
  t.strictSame(Object.keys(unsupported ?? {}), ['dotnetcore2.1', 'dotnetcore2.0', 'dotnetcore1.0']);
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
  const built = (framework: string) => ({
    '/task/Orders.dll': '',
    '/task/Orders.runtimeconfig.json': `{"runtimeOptions": {"tfm": "${framework}"}}`,
  });
  t.equal(await guess('Orders::Orders.Function::Handle', built('net8.0')), 'dotnet8');
  t.equal(await guess('Orders', built('net10.0')), 'dotnet10');
  t.equal(await guess('Orders.dll', built('netcoreapp3.1')), 'dotnetcore3.1');
  t.equal(await guess('Orders', built('net42.0')), 'dotnet10', 'the newest where Lambda has none');
  t.equal(await guess('Orders', { '/task/Orders.dll': '' }), 'dotnet10');
  t.equal(await guess(undefined, { '/task/bootstrap.dll': '' }), 'dotnet10', 'the default handler');
  t.equal(await guess('example.Orders::handle', { '/task/example/Orders.class': '' }), undefined, "it is Java's");
});
