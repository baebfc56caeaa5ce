import { type FunctionConfig, functionVariable, LaunchFailure } from '@lambda-bootstraps/core';
import type { RuntimeInterfaceClient } from './ric.ts';

const variable = 'AWS_LAMBDA_MAX_CONCURRENCY';

/**
 * Whether the client will start a process for each of several invocations at once. The variable's presence makes 4.x do
 * it, whatever it says (LambdaConfigProvider of 4.2.2).
 * @throws LaunchFailure when several invocations at once are asked for and cannot be had.
 */
export function isConcurrent(config: FunctionConfig, client: RuntimeInterfaceClient): boolean {
  const { maxConcurrency, runtime } = config;
  if (functionVariable(config, variable) === undefined) return false;
  if (client.major === 4) return true;
  if (maxConcurrency === 1) return false;
  throw new LaunchFailure(
    `${variable} is ${maxConcurrency}, but ${runtime} takes one invocation at a time here: several need python3.10 or newer. ` +
      'Without that, --concurrency or LAMBDA_BOOTSTRAPS_CONCURRENCY runs several environments with one invocation each.',
  );
}
