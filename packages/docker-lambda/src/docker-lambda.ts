import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { engineOf, eventArgument, runCommand } from './command.ts';
import { DockerLambdaError } from './errors.ts';
import { invoke } from './invoke.ts';
import type { DockerLambdaOptions } from './options.ts';
import { resultOf } from './run-result.ts';
import { startStayOpen } from './stay-open.ts';

/**
 * Runs a function once in a container, and blocks until it has ended.
 * @returns the function's result: undefined if it is no JSON, null if standard output was not piped
 * @throws an Error with `code` (the exit code; 1 for a function error, whose JSON is the message), `stdout` and `stderr`,
 * or the error of `spawnSync`
 */
function runSync(
  options: DockerLambdaOptions & { readonly returnSpawnResult: true },
): SpawnSyncReturns<string | Buffer>;
function runSync<Result = unknown>(options?: DockerLambdaOptions): Result;
function runSync(options: DockerLambdaOptions = {}): unknown {
  const command = [...runCommand(options), eventArgument(options.event)];
  const run = spawnSync(engineOf(options), command, options.spawnOptions || { encoding: 'utf8' });
  return options.returnSpawnResult ? run : resultOf(run);
}

/** The function of the package docker-lambda, and what is new beside it. */
export const dockerLambda = Object.assign(runSync, { invoke, startStayOpen, DockerLambdaError });
