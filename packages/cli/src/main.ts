import { LambdaBootstrapsError } from '@lambda-bootstraps/core';
import { runDockerLambdaDoor } from './docker-lambda/door.ts';
import { runPlainDoor } from './plain/door.ts';
import { exitCodes, type Program } from './program.ts';
import { runRieDoor } from './rie/door.ts';

export { exitCodes };

/**
 * Runs the door that the program's name or its first argument chooses, and gives the exit code. Errors of usage are
 * told on stderr in one line.
 */
export async function main(program: Program): Promise<number> {
  try {
    return await chooseDoor(program);
  } catch (error) {
    if (!(error instanceof LambdaBootstrapsError)) return reportDefect(program, error);
    program.write('stderr', `${program.calledAs}: ${error.message}\n`);
    return exitCodes.usage;
  }
}

function chooseDoor(program: Program): Promise<number> {
  if (program.calledAs === 'init') return runDockerLambdaDoor(program);
  // aws-lambda-rie-arm64 and the like are names of the same program.
  if (program.calledAs.startsWith('aws-lambda-rie')) return runRieDoor(program);
  const [command, ...rest] = program.arguments;
  if (command === 'init') return runDockerLambdaDoor({ ...program, arguments: rest });
  if (command === 'rie') return runRieDoor({ ...program, arguments: rest });
  return runPlainDoor(program);
}

/** What no user can mend: all that is known goes to stderr, for a report. */
function reportDefect(program: Program, error: unknown): number {
  const details = error instanceof Error ? detailsOf(error) : String(error);
  program.write('stderr', `${program.calledAs}: this is a defect of lambda-bootstraps, please report it: ${details}\n`);
  return exitCodes.internal;
}

/** The stack begins with name and message in V8 only. */
function detailsOf({ name, message, stack = '' }: Error): string {
  return stack.includes(message) ? stack : `${name}: ${message}\n${stack}`;
}
