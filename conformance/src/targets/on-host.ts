import type { Host, Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';
import { createNodejsRuntime } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import type { Behaviour } from '../conformance-case.ts';
import type { Target } from '../target.ts';

/** A host, and what the targets need to know of the machine that it is on. */
export interface Machine {
  /** For example `Node`. */
  readonly hostName: string;
  readonly host: Host;
  readonly launcher: Launcher;
  /** The checkout. */
  readonly root: string;
  /** What functions find programs by. */
  readonly searchPath: string;
  readonly node: { readonly executable: string; readonly version: string };
  findExecutable(name: string): Promise<string | undefined>;
}

/** What runs on a host, by every transport that it has. */
export async function targetsOn(machine: Machine): Promise<readonly Target[]> {
  const nodejs = createNodejsRuntime({
    assetsRoot: `${machine.root}/runtimes/nodejs/dist`,
    nodeExecutable: machine.node.executable,
    nodeVersion: machine.node.version,
  });
  return [
    nodejsTarget(machine, 'frames', nodejs),
    nodejsTarget(machine, 'frames with a blocking reader (client 2.x)', nodejs, blockingClient),
    nodejsTarget(machine, 'http (next) and frames (replies)', byHttp(nodejs)),
    await providedTarget(machine),
  ];
}

/** The client's other way: it asks for the next event by HTTP, and still replies through the native module. */
const byHttp = (nodejs: RuntimeDefinition): RuntimeDefinition => ({
  ...nodejs,
  async plan(context) {
    const plan = await nodejs.plan(context);
    const environment = { ...plan.environment, AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true' };
    return { ...plan, environment };
  },
});

const modules: Partial<Record<Behaviour, string>> = {
  initThrows: 'init-throws.handler',
  initExits: 'init-exits.handler',
};

const speaksForItself = 'the official client speaks to the Runtime API; a function cannot make it misbehave';

const notForNodejs: Partial<Record<Behaviour, string>> = {
  twice: speaksForItself,
  wrongId: speaksForItself,
  diesAfterReply: speaksForItself,
  halfThenHangs: speaksForItself,
  halfThenExits: speaksForItself,
  errorThenHangs: speaksForItself,
};

const noStreaming = 'client 2.x has no response streaming';
const noTenants = 'client 2.x knows no tenants';

/** The client of nodejs12.x, whose next() blocks, on the Node that is here. */
const blockingClient: Partial<Target> = {
  runtimeName: 'nodejs12.x',
  skips: {
    'the context has the tenant id': noTenants,
    'an answer that is streamed in arrives whole': noStreaming,
    'an answer that fails half-way is a function error, and the environment lives on': noStreaming,
  },
};

const nodejsTarget = (
  { hostName, host, launcher, root, node }: Machine,
  transport: string,
  runtime: RuntimeDefinition,
  options: Partial<Target> = {},
): Target => ({
  name: `nodejs by ${transport} on ${hostName}`,
  host,
  launcher,
  runtime,
  runtimeName: `nodejs${/\d+/.exec(node.version)?.[0]}.x`,
  taskRoot: `${root}/conformance/fixtures/nodejs`,
  environment: {},
  handlerOf(behaviour) {
    const skip = notForNodejs[behaviour];
    return skip ? { skip } : { handler: modules[behaviour] ?? `index.${behaviour}` };
  },
  skips: {},
  ...options,
});

const providedTarget = async ({ hostName, host, launcher, root, findExecutable }: Machine): Promise<Target> => ({
  name: `provided (bash, curl) by http on ${hostName}`,
  host,
  launcher,
  runtime: createProvidedRuntime(),
  runtimeName: 'provided.al2023',
  taskRoot: `${root}/conformance/fixtures/provided`,
  environment: {},
  handlerOf: (behaviour) => ({ handler: behaviour }),
  skips: {},
  missing: (await findExecutable('curl')) && (await host.files.stat('/bin/bash')) ? undefined : 'needs bash and curl',
});
