import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { engineOf, runCommand } from './command.ts';
import { DockerLambdaError } from './errors.ts';
import { routeOf } from './event.ts';
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
  const { ownArguments, words, spawnOptions } = routeOf(options.event, options.spawnOptions || { encoding: 'utf8' });
  const run = spawnSync(engineOf(options), [...runCommand(options, ownArguments), ...words], spawnOptions);
  // What ended before it had read the event has said why, or has not failed.
  if ((run.error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') delete run.error;
  return options.returnSpawnResult ? run : resultOf(run);
}

/** The function of the package docker-lambda, and what is new beside it. */
export const dockerLambda = Object.assign(runSync, { invoke, startStayOpen, DockerLambdaError });
