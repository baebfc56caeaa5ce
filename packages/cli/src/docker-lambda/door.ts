import { type ErrorCode, fail, LambdaBootstrapsError } from '@lambda-bootstraps/core';
import { parseArguments } from '../flags.ts';
import { exitCodes, type Program } from '../program.ts';
import { complain } from './complain.ts';
import { configureDockerLambda } from './configure.ts';
import { execute } from './execute.ts';
import { dockerLambdaHelp } from './help.ts';
import { stayOpen } from './stay-open.ts';
import { variable } from './variables.ts';

const flagDefinitions = {
  bootstrap: { takes: 'a path' },
  'bootstrap-args': { takes: 'a JSON array' },
  'enable-msg-logs': {},
  help: { short: 'h' },
};

/** `init [HANDLER] [EVENT]`: what `docker run` starts in an image. */
export async function runDockerLambdaDoor(program: Program): Promise<number> {
  try {
    return await openDoor(program);
  } catch (error) {
    // Here 2 asks `docker run --restart on-failure` for a restart, which opens no port.
    if (error instanceof LambdaBootstrapsError && listenErrors.has(error.code)) return complain(program, error);
    throw error;
  }
}

const listenErrors: ReadonlySet<ErrorCode> = new Set([
  'ERR_PORT_IN_USE',
  'ERR_PORT_NOT_ALLOWED',
  'ERR_ADDRESS_NOT_AVAILABLE',
  'ERR_LISTEN_FAILED',
]);

async function openDoor(program: Program): Promise<number> {
  const flags = parseArguments(program.arguments, flagDefinitions, { stopAtPositional: true });
  if (flags.has('help')) {
    program.write('stdout', dockerLambdaHelp);
    return exitCodes.success;
  }
  const bootstrapArguments = parseBootstrapArguments(flags.value('bootstrap-args') ?? '[]');
  if (bootstrapArguments instanceof Error) return complain(program, bootstrapArguments);
  const [handler, event] = flags.positionals;
  const bootstrap = flags.value('bootstrap');
  const func = await configureDockerLambda(program, { handler: handler || undefined, bootstrap, bootstrapArguments });
  return variable(program, 'DOCKER_LAMBDA_STAY_OPEN') ? stayOpen(program, func) : execute(program, func, event);
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
