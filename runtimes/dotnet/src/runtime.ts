import {
  decodeText,
  executableFlaw,
  functionVariable,
  type GuessContext,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  type RuntimeDefinition,
  withExecWrapper,
} from '@lambda-bootstraps/core';
import { type Dotnet, findDotnet, placesOfDotnet } from './dotnet-executable.ts';
import { assemblyOf, type Start, startOf } from './handler.ts';

const names = ['dotnet10', 'dotnet9', 'dotnet8', 'dotnet7', 'dotnet6', 'dotnet5.0', 'dotnetcore3.1'];
/** "Lambda runtimes": dotnet9, dotnet7 and dotnet5.0 were for container images alone. */
const current = ['dotnet10', 'dotnet8'];
const unsupported = ['dotnetcore2.1', 'dotnetcore2.0', 'dotnetcore1.0'];
/** What the template for executables calls its assembly. */
const defaultHandler = 'bootstrap';
const clientVariable = 'LAMBDA_BOOTSTRAPS_DOTNET_CLIENT';

/** .NET functions: class libraries by the image's client, assemblies and programs by the client in them. */
export function createRuntime(): RuntimeDefinition {
  return {
    family: 'dotnet',
    names,
    deprecated: names.filter((name) => !current.includes(name)),
    unsupported: Object.fromEntries(unsupported.map((name) => [name, 'its client came before the Runtime API'])),
    defaultHandler,
    guessRank: 40,
    guess,
    plan,
  };
}

/** The assembly of the handler tells, and its runtimeconfig.json for which .NET it was built. */
async function guess({ host, taskRoot, handler = defaultHandler }: GuessContext): Promise<string | undefined> {
  const path = `${taskRoot}/${assemblyOf(handler)}`;
  if ((await host.files.stat(`${path}.dll`))?.kind !== 'file') return undefined;
  const config = await host.files.read(`${path}.runtimeconfig.json`).catch(() => undefined);
  const framework = /"tfm"\s*:\s*"net(?:coreapp)?(\d+)\./.exec(config ? decodeText(config) : '')?.[1];
  return names.find((name) => String(majorOf(name)) === framework) ?? names[0];
}

async function plan(context: LaunchContext): Promise<LaunchPlan> {
  const { config, host } = context;
  const mainAssembly = functionVariable(context.config, 'LAMBDA_DOTNET_MAIN_ASSEMBLY');
  const start = await startOf({ ...config, files: host.files, mainAssembly });
  const { command, environment } =
    start.kind === 'program' ? await direct(context, start) : await byDotnet(context, start);
  return {
    command: withExecWrapper(command, config),
    workingDirectory: config.taskRoot,
    environment: { ...(await commonVariables(context)), ...environment },
    transport: 'http',
    telemetryLog: true,
  };
}

type Launch = Pick<LaunchPlan, 'command' | 'environment'>;

async function direct({ host }: LaunchContext, { path }: Extract<Start, { kind: 'program' }>): Promise<Launch> {
  const flaw = await executableFlaw(path, host);
  if (flaw) throw new LaunchFailure(`fork/exec ${path}: ${flaw}`);
  return { command: [path], environment: {} };
}

async function byDotnet(context: LaunchContext, start: Exclude<Start, { kind: 'program' }>): Promise<Launch> {
  const { runtime, handler } = context.config;
  const dotnet = await chooseDotnet(context);
  const environment = dotnetVariables(runtime, dotnet);
  if (start.kind === 'assembly') return { command: [dotnet.path, 'exec', start.path], environment };
  const files = ['--depsfile', start.depsFile, '--runtimeconfig', start.runtimeConfigFile];
  return { command: [dotnet.path, 'exec', ...files, await clientOf(context), handler], environment };
}

async function chooseDotnet(context: LaunchContext): Promise<Dotnet> {
  const { config, host } = context;
  const asked = majorOf(config.runtime);
  const root = functionVariable(context.config, 'DOTNET_ROOT');
  const dotnet = await findDotnet({ ...context, files: host.files, root }, asked);
  if (!dotnet) throw new LaunchFailure(`no dotnet to run ${config.runtime}: looked at ${placesOfDotnet}`);
  if (dotnet.major !== asked) {
    const which = dotnet.major === undefined ? 'a .NET of unknown version' : `.NET ${dotnet.major}`;
    context.notice(`${config.runtime} is run by ${which} (${dotnet.path}), because no .NET ${asked} was found.`);
  }
  return dotnet;
}

/** The client as a program: AWS builds it so for its image alone. */
async function clientOf(context: LaunchContext): Promise<string> {
  const { config, host } = context;
  const named = functionVariable(context.config, clientVariable);
  const path = named || `${config.runtimeDir}/Amazon.Lambda.RuntimeSupport.dll`;
  if ((await host.files.stat(path))?.kind === 'file') return path;
  throw new LaunchFailure(
    `no Amazon.Lambda.RuntimeSupport.dll to load ${config.handler}: looked at ${path}. ` +
      `Make the function an executable assembly, or name a build of the client by ${clientVariable}`,
  );
}

async function commonVariables(context: LaunchContext): Promise<Record<string, string>> {
  const { config, host } = context;
  const variables: Record<string, string> = {
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    LAMBDA_RUNTIME_NAME: config.runtime,
  };
  // The image of dotnet8 spares OpenSSL reading its certificates twice (bootstrap.net8.sh).
  const certificates = `${config.runtimeDir}/empty-certificates.crt`;
  if (
    config.runtime === 'dotnet8' &&
    !functionVariable(context.config, 'SSL_CERT_FILE') &&
    (await host.files.stat(certificates))
  ) {
    variables.SSL_CERT_FILE = certificates;
  }
  // What a function is deployed with says /opt/dotnetcore/store ("dotnet lambda publish-layer").
  const stores: string[] = [];
  for (const layer of [...config.layers].reverse()) {
    const store = `${layer}/dotnetcore/store`;
    if ((await host.files.stat(store))?.kind === 'directory') stores.push(store);
  }
  if (stores.length > 0) variables.DOTNET_SHARED_STORE = stores.join(':');
  return variables;
}

function dotnetVariables(runtime: string, { root, major }: Dotnet): Record<string, string> {
  return {
    ...(root && { DOTNET_ROOT: root }),
    // Without it a newer .NET refuses what was built for an older one.
    ...(major !== majorOf(runtime) && { DOTNET_ROLL_FORWARD: 'Major' }),
  };
}

const majorOf = (runtime: string): number => Number(/^dotnet(?:core)?(\d+)/.exec(runtime)?.[1]);
