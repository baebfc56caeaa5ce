import {
  createLog,
  createSandbox,
  type LifecycleEvent,
  type RuntimeApiListener,
  type Sandbox,
} from '@lambda-bootstraps/core';
import { concurrencyOf } from '../concurrency.ts';
import type { Program } from '../program.ts';
import { attached } from './attached.ts';
import type { DockerLambdaFunction } from './configure.ts';
import { variable } from './variables.ts';
import { greenLine, withLineFeeds } from './words.ts';

/** The Runtime API on a port of its own. */
export const loopbackListener = (port: number): RuntimeApiListener => ({
  kind: 'own',
  address: '127.0.0.1',
  port,
  source: 'DOCKER_LAMBDA_RUNTIME_PORT',
});

/** The function's sandbox, with the log as docker-lambda writes it: all on stderr, or each stream on its own. */
export function createDockerLambdaSandbox(
  program: Program,
  { config, runtime: definition }: DockerLambdaFunction,
  runtimeApi: RuntimeApiListener,
  log: { readonly ownStreams: boolean },
): Sandbox {
  const { host, findExecutable } = program;
  const isAttached = variable(program, 'DOCKER_LAMBDA_NO_BOOTSTRAP') !== undefined;
  const runtime = isAttached ? attached.runtime(definition) : definition;
  const launcher = isAttached ? attached.launcher : program.launcher;
  const notice = (sentence: string) => program.write('stderr', `${sentence}\n`);
  const concurrency = concurrencyOf(program, undefined, 1);
  const sandbox = createSandbox({ host, launcher, config, runtime, runtimeApi, findExecutable, notice, concurrency });
  const asWritten = variable(program, 'DOCKER_LAMBDA_NO_MODIFY_LOGS') !== undefined;
  sandbox.subscribe(
    createLog(config, {
      writeLine: (line) => program.write('stderr', config.logFormat === 'JSON' ? `${line}\n` : greenLine(line)),
      writeOutput: (stream, bytes) =>
        program.write(log.ownStreams ? stream : 'stderr', asWritten ? bytes : withLineFeeds(bytes)),
      initDuration: 'first',
      initLines: false,
    }),
  );
  if (variable(program, 'DOCKER_LAMBDA_DEBUG')) sandbox.subscribe((event) => program.write('stderr', debugLine(event)));
  return sandbox;
}

/** `2026/11/21 22:00:00 In invocation-started 3f2a…`: what happens, as it does. */
function debugLine(event: LifecycleEvent): string {
  const time = new Date(event.at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const about = 'requestId' in event ? event.requestId : event.environmentId;
  return event.type === 'log' ? '' : `${time} In ${event.type} ${about}\n`;
}
