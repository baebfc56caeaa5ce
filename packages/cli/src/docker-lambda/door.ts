import {
  createInvokeApi,
  createRuntimeApi,
  createSandbox,
  createTextLog,
  fail,
  type RuntimeApiListener,
  type Sandbox,
  withCors,
} from '@lambda-bootstraps/core';
import { concurrencyOf } from '../concurrency.ts';
import { checkEvent, type EventInput } from '../event-source.ts';
import { parseArguments } from '../flags.ts';
import { exitCodes, type Program } from '../program.ts';
import { serveUntilSignal } from '../serve-api.ts';
import { runOnce } from '../single-execution.ts';
import { configureDockerLambda, type DockerLambdaFunction } from './configure.ts';
import { dockerLambdaHelp } from './help.ts';
import { portVariable, variable } from './variables.ts';
import { dockerLambdaTimeoutWords, greenLine, resultText } from './words.ts';

const flagDefinitions = {
  bootstrap: { takes: 'a path' },
  'bootstrap-args': { takes: 'a JSON array' },
  'enable-msg-logs': {},
  help: { short: 'h' },
};

/** `init [HANDLER] [EVENT]`: what `docker run` starts in an image. */
export async function runDockerLambdaDoor(program: Program): Promise<number> {
  const flags = parseArguments(program.arguments, flagDefinitions, { stopAtPositional: true });
  if (flags.has('help')) {
    program.write('stdout', dockerLambdaHelp);
    return exitCodes.success;
  }
  const bootstrapArguments = parseBootstrapArguments(flags.value('bootstrap-args') ?? '[]');
  if (bootstrapArguments instanceof Error) return complain(program, bootstrapArguments);
  const [handler, givenEvent] = flags.positionals;
  const bootstrap = flags.value('bootstrap');
  const func = await configureDockerLambda(program, { handler: handler || undefined, bootstrap, bootstrapArguments });
  return variable(program, 'DOCKER_LAMBDA_STAY_OPEN') ? stayOpen(program, func) : execute(program, func, givenEvent);
}

async function execute(program: Program, func: DockerLambdaFunction, givenEvent: string | undefined): Promise<number> {
  const event = await eventOf(program, givenEvent);
  try {
    checkEvent(event, program);
  } catch (error) {
    return complain(program, error as Error);
  }
  const port = portVariable(program, 'DOCKER_LAMBDA_RUNTIME_PORT');
  const sandbox = sandboxOf(program, func, { ownStreams: false }, loopbackListener(port));
  return runOnce({
    program,
    sandbox,
    input: {
      payload: event.bytes,
      traceId: variable(program, '_X_AMZN_TRACE_ID'),
      clientContext: variable(program, 'AWS_LAMBDA_CLIENT_CONTEXT'),
      cognitoIdentity: variable(program, 'AWS_LAMBDA_COGNITO_IDENTITY'),
    },
    timeoutWords: dockerLambdaTimeoutWords,
    printResult: ({ payload }) =>
      program.write('stdout', resultText(payload, program.host.json.flaw(payload) === undefined)),
  });
}

async function stayOpen(program: Program, func: DockerLambdaFunction): Promise<number> {
  const apiPort = portVariable(program, 'DOCKER_LAMBDA_API_PORT');
  const runtimePort = portVariable(program, 'DOCKER_LAMBDA_RUNTIME_PORT');
  // Until the first invocation there is no environment that could answer.
  let runtimeApi = createRuntimeApi(() => undefined, program.host.base64);
  const listener: RuntimeApiListener =
    apiPort === runtimePort
      ? {
          kind: 'shared',
          serve: (handler) => {
            runtimeApi = handler;
            return `127.0.0.1:${server.port}`;
          },
        }
      : loopbackListener(runtimePort);
  const sandbox = sandboxOf(program, func, { ownStreams: true }, listener);
  const invokeApi = createInvokeApi({
    host: program.host,
    sandbox,
    timeoutWords: dockerLambdaTimeoutWords,
    notice: noticeOf(program),
    ...(listener.kind === 'shared' ? { otherwise: (request, reply) => runtimeApi(request, reply) } : {}),
  });
  const server = await program.host.http.listen(
    { address: '0.0.0.0', port: apiPort, source: 'DOCKER_LAMBDA_API_PORT' },
    withCors(invokeApi),
  );
  program.write('stderr', greenLine(`Lambda API listening on port ${server.port}...`));
  return serveUntilSignal(program, server, sandbox);
}

const noticeOf =
  (program: Program) =>
  (sentence: string): void =>
    program.write('stderr', `${sentence}\n`);

const loopbackListener = (port: number): RuntimeApiListener => ({
  kind: 'own',
  address: '127.0.0.1',
  port,
  source: 'DOCKER_LAMBDA_RUNTIME_PORT',
});

function sandboxOf(
  program: Program,
  { config, runtime }: DockerLambdaFunction,
  log: { readonly ownStreams: boolean },
  runtimeApi: RuntimeApiListener,
): Sandbox {
  const { host, launcher, findExecutable } = program;
  const notice = noticeOf(program);
  const concurrency = concurrencyOf(program, undefined, 1);
  const sandbox = createSandbox({ host, launcher, config, runtime, runtimeApi, findExecutable, notice, concurrency });
  sandbox.subscribe(
    createTextLog({
      writeLine: (line) => program.write('stderr', greenLine(line)),
      writeOutput: (stream, bytes) => program.write(log.ownStreams ? stream : 'stderr', bytes),
      initDuration: 'first',
    }),
  );
  return sandbox;
}

async function eventOf(program: Program, given: string | undefined): Promise<EventInput> {
  const encoder = new TextEncoder();
  if (given) return { source: 'the argument', bytes: encoder.encode(given) };
  const body = variable(program, 'AWS_LAMBDA_EVENT_BODY');
  if (body) return { source: 'AWS_LAMBDA_EVENT_BODY', bytes: encoder.encode(body) };
  if (variable(program, 'DOCKER_LAMBDA_USE_STDIN'))
    return { source: 'standard input', bytes: await program.readStdin() };
  return { source: 'the default', bytes: encoder.encode('{}') };
}

function parseBootstrapArguments(text: string): readonly string[] | Error {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    return fail('ERR_INVALID_BOOTSTRAP_ARGS', 'it is not an array of strings');
  } catch (error) {
    return fail('ERR_INVALID_BOOTSTRAP_ARGS', (error as Error).message);
  }
}

/** Errors of the event and of --bootstrap-args end docker-lambda with 1, where others end it with 2. */
function complain(program: Program, error: Error): number {
  program.write('stderr', `${error.message}\n`);
  return exitCodes.functionError;
}
