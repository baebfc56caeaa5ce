import { exitCodes, type Program } from '../program.ts';

/** Errors of the event, of --bootstrap-args and of ports end docker-lambda with 1, where others end it with 2. */
export function complain(program: Program, error: Error): number {
  program.write('stderr', `${error.message}\n`);
  return exitCodes.functionError;
}
