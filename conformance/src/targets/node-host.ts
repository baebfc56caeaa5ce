import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RuntimeDefinition } from '@lambda-bootstraps/core';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { createNodejsRuntime } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import type { Behaviour } from '../conformance-case.ts';
import type { Target } from '../target.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const nodejs = createNodejsRuntime({
  assetsRoot: path('../../../runtimes/nodejs/dist'),
  nodeExecutable: process.execPath,
  nodeVersion: process.version,
});

/** The client's other way: it asks for the next event by HTTP, and still replies through the native module. */
const nodejsByHttp: RuntimeDefinition = {
  ...nodejs,
  async plan(context) {
    const plan = await nodejs.plan(context);
    const environment = { ...plan.environment, AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true' };
    return { ...plan, environment };
  },
};

const nodejsName = `nodejs${process.versions.node.split('.')[0]}.x`;

const modules: Partial<Record<Behaviour, string>> = {
  initThrows: 'init-throws.handler',
  initExits: 'init-exits.handler',
};

const speaksForItself = 'the official client speaks to the Runtime API; a function cannot make it misbehave';

const notForNodejs: Partial<Record<Behaviour, string>> = {
  twice: speaksForItself,
  wrongId: speaksForItself,
  diesAfterReply: speaksForItself,
};

const nodejsTarget = (transport: string, runtime: RuntimeDefinition, options: Partial<Target> = {}): Target => ({
  name: `nodejs by ${transport} on Node`,
  host: nodeHost,
  launcher: nodeLauncher,
  runtime,
  runtimeName: nodejsName,
  taskRoot: path('../../fixtures/nodejs'),
  environment: {},
  handlerOf(behaviour) {
    const skip = notForNodejs[behaviour];
    return skip ? { skip } : { handler: modules[behaviour] ?? `index.${behaviour}` };
  },
  skips: {},
  ...options,
});

const noStreaming = 'client 2.x has no response streaming';
const noTenants = 'client 2.x knows no tenants';

/** The client of nodejs12.x, whose next() blocks, on the Node that runs us. */
const blockingNodejs = nodejsTarget('frames with a blocking reader (client 2.x)', nodejs, {
  runtimeName: 'nodejs12.x',
  skips: {
    'the context has the tenant id': noTenants,
    'an answer that is streamed in arrives whole': noStreaming,
    'an answer that fails half-way is a function error, and the environment lives on': noStreaming,
  },
});

const provided: Target = {
  name: 'provided (bash, curl) by http on Node',
  host: nodeHost,
  launcher: nodeLauncher,
  runtime: createProvidedRuntime(),
  runtimeName: 'provided.al2023',
  taskRoot: path('../../fixtures/provided'),
  environment: {},
  handlerOf: (behaviour) => ({ handler: behaviour }),
  skips: {},
  missing: (await findExecutable('curl')) && existsSync('/bin/bash') ? undefined : 'needs bash and curl',
};

/** What runs on this host, by every transport that it has. */
export const nodeHostTargets: readonly Target[] = [
  nodejsTarget('frames', nodejs),
  blockingNodejs,
  nodejsTarget('http (next) and frames (replies)', nodejsByHttp),
  provided,
];
