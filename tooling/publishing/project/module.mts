// The declarations, as an ES module has them. What must not compile stands under @ts-expect-error.
import { createControl } from '@lambda-bootstraps/control';
import type { Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';
import dockerLambda, { type DockerLambdaOptions } from '@lambda-bootstraps/docker-lambda';
import { nodeLauncher } from '@lambda-bootstraps/host-node';
import { type InspectorFile, inspectorFiles } from '@lambda-bootstraps/inspector';
import { createRuntime as createDotnet } from '@lambda-bootstraps/runtime-dotnet';
import { createRuntime as createGo } from '@lambda-bootstraps/runtime-go';
import { java } from '@lambda-bootstraps/runtime-java-mock';
import { nodejs } from '@lambda-bootstraps/runtime-nodejs';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import { python } from '@lambda-bootstraps/runtime-python-mock';
import { createRuntime as createRuby } from '@lambda-bootstraps/runtime-ruby/runtime';
import { createSandbox, LambdaBootstrapsError, type LocalSandbox } from 'lambda-bootstraps';

export const runtimes: readonly RuntimeDefinition[] = [
  ...[createDotnet(), createGo(), java, nodejs, createProvidedRuntime(), python],
  createRuby({ assetsRoot: '' }),
];
export const launcher: Launcher = nodeLauncher;

export async function useSandbox(): Promise<string | undefined> {
  const sandbox: LocalSandbox = createSandbox({ handler: 'index.handler', runtime: nodejs, taskDir: '.' });
  try {
    const { payload, functionError } = await sandbox.invoke({ a: 1 });
    return functionError === 'Unhandled' ? undefined : payload;
  } catch (error) {
    return error instanceof LambdaBootstrapsError ? error.code : undefined;
  }
}

export const page = async (): Promise<InspectorFile | undefined> => (await inspectorFiles()).get('index.html');
export const inContainer = (options: DockerLambdaOptions): unknown => dockerLambda(options);

// @ts-expect-error: a runtime is needed
createSandbox({ handler: 'index.handler' });
// @ts-expect-error: so are functions
createControl({});
