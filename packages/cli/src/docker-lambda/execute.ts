import { encodeText } from '@lambda-bootstraps/core';
import { checkEvent, type EventInput } from '../event-source.ts';
import type { Program } from '../program.ts';
import { runOnce } from '../single-execution.ts';
import { complain } from './complain.ts';
import type { DockerLambdaFunction } from './configure.ts';
import { createDockerLambdaSandbox, loopbackListener } from './sandbox.ts';
import { portVariable, variable } from './variables.ts';
import { dockerLambdaTimeoutWords, resultText } from './words.ts';

/** One execution: the result on stdout, everything else on stderr. */
export async function execute(
  program: Program,
  func: DockerLambdaFunction,
  givenEvent: string | undefined,
): Promise<number> {
  const event = await eventOf(program, givenEvent);
  try {
    checkEvent(event, program);
  } catch (error) {
    return complain(program, error as Error);
  }
  const listener = loopbackListener(portVariable(program, 'DOCKER_LAMBDA_RUNTIME_PORT'));
  return runOnce({
    program,
    sandbox: createDockerLambdaSandbox(program, func, listener, { ownStreams: false }),
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

async function eventOf(program: Program, given: string | undefined): Promise<EventInput> {
  if (given) return { source: 'the argument', bytes: encodeText(given) };
  const body = variable(program, 'AWS_LAMBDA_EVENT_BODY');
  if (body) return { source: 'AWS_LAMBDA_EVENT_BODY', bytes: encodeText(body) };
  if (variable(program, 'DOCKER_LAMBDA_USE_STDIN')) {
    return { source: 'standard input', bytes: await program.readStdin() };
  }
  return { source: 'the default', bytes: encodeText('{}') };
}
