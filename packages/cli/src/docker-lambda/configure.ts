import { defineFunction, type FunctionConfig, type RuntimeDefinition } from '@lambda-bootstraps/core';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import { type ChosenRuntime, chooseRuntime } from '../choose-runtime.ts';
import { systemLogLevelOf } from '../log-settings.ts';
import { longTimeoutRule, memoryRule, parseNumber } from '../numbers.ts';
import { definedVariables } from '../pass-through.ts';
import type { Program } from '../program.ts';
import { variable } from './variables.ts';

export interface DockerLambdaFunction {
  readonly config: FunctionConfig;
  readonly runtime: RuntimeDefinition;
}

const defaultBootstrap = '/var/runtime/bootstrap';

/** The function that the environment of the image describes. Everything inherited passes through to it. */
export async function configureDockerLambda(
  program: Program,
  options: {
    readonly handler: string | undefined;
    readonly bootstrap: string | undefined;
    readonly bootstrapArguments: readonly string[];
  },
): Promise<DockerLambdaFunction> {
  const taskRoot = await taskRootOf(program);
  const layers = (await program.host.files.stat('/opt'))?.kind === 'directory' ? ['/opt'] : [];
  const named = options.handler ?? variable(program, 'AWS_LAMBDA_FUNCTION_HANDLER', '_HANDLER');
  const chosen = await runtimeOf(program, options, { taskRoot, layers, handler: named });
  const timeout = variable(program, 'AWS_LAMBDA_FUNCTION_TIMEOUT') ?? '300';
  const memory = variable(program, 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE') ?? '1536';
  const config = defineFunction(
    {
      handler: named ?? chosen.definition.defaultHandler,
      runtime: chosen.name,
      taskRoot,
      layers,
      functionName: variable(program, 'AWS_LAMBDA_FUNCTION_NAME') ?? 'test',
      functionVersion: variable(program, 'AWS_LAMBDA_FUNCTION_VERSION'),
      invokedFunctionArn: variable(program, 'AWS_LAMBDA_FUNCTION_INVOKED_ARN'),
      timeoutMs: parseNumber('AWS_LAMBDA_FUNCTION_TIMEOUT', timeout, longTimeoutRule) * 1000,
      memorySizeMb: parseNumber('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', memory, memoryRule),
      region: variable(program, 'AWS_REGION', 'AWS_DEFAULT_REGION'),
      accountId: variable(program, 'AWS_ACCOUNT_ID')?.replace(/\D/g, '') || undefined,
      credentials: {
        accessKeyId: variable(program, 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID') ?? '',
        secretAccessKey: variable(program, 'AWS_SECRET_KEY', 'AWS_SECRET_ACCESS_KEY') ?? '',
        sessionToken: variable(program, 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'),
      },
      inheritedEnvironment: definedVariables(program.environment),
      systemLogLevel: systemLogLevelOf(program),
      sources: { functionName: 'AWS_LAMBDA_FUNCTION_NAME', invokedFunctionArn: 'AWS_LAMBDA_FUNCTION_INVOKED_ARN' },
    },
    { nowMs: program.host.clock.now(), randomId: program.host.randomId() },
  );
  return { config, runtime: chosen.definition };
}

async function taskRootOf(program: Program): Promise<string> {
  const given = variable(program, 'LAMBDA_TASK_ROOT');
  if (given) return given;
  return (await program.host.files.stat('/var/task'))?.kind === 'directory' ? '/var/task' : program.workingDirectory;
}

/** A bootstrap that is named or in its usual place, else the runtime that the image says it is, else a guess. */
async function runtimeOf(
  program: Program,
  options: { readonly bootstrap: string | undefined; readonly bootstrapArguments: readonly string[] },
  folder: { readonly taskRoot: string; readonly layers: readonly string[]; readonly handler: string | undefined },
): Promise<ChosenRuntime> {
  const bootstrap =
    options.bootstrap ?? ((await program.host.files.stat(defaultBootstrap)) ? defaultBootstrap : undefined);
  if (bootstrap !== undefined) {
    const definition = createProvidedRuntime({ firstCandidate: bootstrap, arguments: options.bootstrapArguments });
    return { name: 'provided', definition };
  }
  const named = /^AWS_Lambda_(.+)$/.exec(variable(program, 'AWS_EXECUTION_ENV') ?? '')?.[1];
  const runtime = named !== undefined && program.runtimes.some((one) => one.names.includes(named)) ? named : undefined;
  const chosen = await chooseRuntime(program, { runtime, ...folder }).catch(() => undefined);
  // With nothing to go by, the search for a bootstrap says what is missing, in Lambda's words.
  return chosen ?? { name: 'provided', definition: createProvidedRuntime({ arguments: options.bootstrapArguments }) };
}
