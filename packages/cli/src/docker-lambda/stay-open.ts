import {
  createInvokeApi,
  createRuntimeApi,
  type RuntimeApiListener,
  type Sandbox,
  withCors,
} from '@lambda-bootstraps/core';
import { exitCodes, type Program } from '../program.ts';
import { serveUntil } from '../serve-api.ts';
import type { DockerLambdaFunction } from './configure.ts';
import { onFileChange } from './file-changes.ts';
import { createDockerLambdaSandbox, loopbackListener } from './sandbox.ts';
import { portVariable, variable } from './variables.ts';
import { dockerLambdaTimeoutWords, greenLine } from './words.ts';

/** A runtime that somebody else started asks for work when it likes: there is always an environment to hold it. */
function keepReady(sandbox: Sandbox): void {
  sandbox.subscribe((event) => {
    // The slot is free once everybody has heard.
    if (event.type === 'environment-stopped') void Promise.resolve().then(() => sandbox.warm());
  });
  sandbox.warm();
}

/** The Invoke API for as long as the container runs; on one port with the Runtime API unless told otherwise. */
export async function stayOpen(program: Program, func: DockerLambdaFunction): Promise<number> {
  const apiPort = portVariable(program, 'DOCKER_LAMBDA_API_PORT');
  const runtimePort = portVariable(program, 'DOCKER_LAMBDA_RUNTIME_PORT');
  // Until the first invocation there is no environment that could answer.
  let runtimeApi = createRuntimeApi({ host: program.host, config: func.config, current: () => undefined });
  const shared: RuntimeApiListener = {
    kind: 'shared',
    serve: (handler) => {
      runtimeApi = handler;
      return `127.0.0.1:${server.port}`;
    },
  };
  const listener = apiPort === runtimePort ? shared : loopbackListener(runtimePort);
  const sandbox = createDockerLambdaSandbox(program, func, listener, { ownStreams: true });
  const invokeApi = createInvokeApi({
    host: program.host,
    sandbox,
    timeoutWords: dockerLambdaTimeoutWords,
    notice: (sentence) => program.write('stderr', `${sentence}\n`),
    ...(listener === shared ? { otherwise: (request, reply) => runtimeApi(request, reply) } : {}),
  });
  const server = await program.host.http.listen(
    { address: '0.0.0.0', port: apiPort, source: 'DOCKER_LAMBDA_API_PORT' },
    withCors(invokeApi),
  );
  program.write('stderr', greenLine(`Lambda API listening on port ${server.port}...`));

  const restart = (why: string): void => {
    program.write('stderr', greenLine(`${why}, restarting bootstrap...`));
    sandbox.restart();
  };
  program.onReload(() => restart('SIGHUP received'));
  if (variable(program, 'DOCKER_LAMBDA_NO_BOOTSTRAP')) keepReady(sandbox);
  const ended = new Promise<number>((end) => {
    if (!variable(program, 'DOCKER_LAMBDA_WATCH')) return;
    void onFileChange(program, [func.config.taskRoot, ...func.config.layers], () => {
      restart('Handler/layer file changed');
      // A runtime that is not ours to restart: the container is, by `docker run --restart on-failure`.
      if (variable(program, 'DOCKER_LAMBDA_NO_BOOTSTRAP')) end(exitCodes.usage);
    });
  });
  return serveUntil(program, server, sandbox, ended);
}
