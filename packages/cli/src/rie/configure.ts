import { defineFunction, type FunctionConfig, type RuntimeDefinition } from '@lambda-bootstraps/core';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import { systemLogLevelOf } from '../log-settings.ts';
import { longTimeoutRule, memoryRule, parseNumber } from '../numbers.ts';
import { definedVariables } from '../pass-through.ts';
import type { Program } from '../program.ts';
import { createCommandRuntime } from './command-runtime.ts';

/** The function that the emulator's environment describes, with its defaults. */
export async function configureRie(
  program: Program,
  command: readonly string[],
  options: { readonly snapStart: boolean },
): Promise<{ config: FunctionConfig; runtime: RuntimeDefinition }> {
  const { environment: env, host } = program;
  const taskRoot = env.LAMBDA_TASK_ROOT || (await folderOr('/var/task', program));
  const layers = (await host.files.stat('/opt'))?.kind === 'directory' ? ['/opt'] : [];
  const fromCommand = command.length >= 3 ? command.at(-1) : undefined;
  const config = defineFunction(
    {
      handler: fromCommand ?? (env.AWS_LAMBDA_FUNCTION_HANDLER || env._HANDLER || ''),
      runtime: 'provided',
      taskRoot,
      layers,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME || 'test_function',
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION || undefined,
      memorySizeMb: parseNumber(
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE || '3008',
        memoryRule,
      ),
      timeoutMs:
        parseNumber('AWS_LAMBDA_FUNCTION_TIMEOUT', env.AWS_LAMBDA_FUNCTION_TIMEOUT || '300', longTimeoutRule) * 1000,
      region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
      accountId: '012345678912',
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME || '/aws/lambda/Functions',
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME || '$LATEST',
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
        sessionToken: env.AWS_SESSION_TOKEN,
      },
      snapStart: options.snapStart,
      inheritedEnvironment: definedVariables(env),
      systemLogLevel: systemLogLevelOf(program),
      sources: { functionName: 'AWS_LAMBDA_FUNCTION_NAME' },
    },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
  return {
    config,
    runtime: command.length > 0 ? createCommandRuntime(command, program.workingDirectory) : createProvidedRuntime(),
  };
}

const folderOr = async (folder: string, program: Program): Promise<string> =>
  (await program.host.files.stat(folder))?.kind === 'directory' ? folder : program.workingDirectory;
