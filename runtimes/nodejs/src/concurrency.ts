import { type FunctionConfig, functionVariable, LaunchFailure } from '@lambda-bootstraps/core';
import { chooseConcurrentClient, type RuntimeInterfaceClient } from './ric.ts';

const workersPerProcessor = 8;

/**
 * The client for a function that managed instances would run, or undefined for all others. The variable's presence makes
 * the client start worker threads, whatever it says (isMultiConcurrentMode in index.mjs of 4.0.2).
 * @throws LaunchFailure when several invocations at once are asked for and cannot be had.
 */
export function concurrentClient(
  config: FunctionConfig,
  askedMajor: number,
  runningMajor: number,
): RuntimeInterfaceClient | undefined {
  const { maxConcurrency, runtime } = config;
  const name = 'AWS_LAMBDA_MAX_CONCURRENCY';
  if (functionVariable(config, name) === undefined) return undefined;
  const client = chooseConcurrentClient(askedMajor, runningMajor);
  if (!('needs' in client)) return client;
  if (maxConcurrency === 1) return undefined;
  throw new LaunchFailure(
    `${name} is ${maxConcurrency}, but ${runtime} takes one invocation at a time here: several need ${client.needs}. ` +
      'Without that, --concurrency or LAMBDA_BOOTSTRAPS_CONCURRENCY runs several environments with one invocation each.',
  );
}

/**
 * How many worker threads the client starts. It would take eight for each processor of the machine, which is not the
 * function's own here; more than the invocations at once would never work together. The function's variable wins.
 */
export function workerCount(config: FunctionConfig): Record<string, string> {
  const name = 'AWS_LAMBDA_NODEJS_WORKER_COUNT';
  const given = functionVariable(config, name);
  return { [name]: given ?? String(Math.min(workersPerProcessor, config.maxConcurrency)) };
}
