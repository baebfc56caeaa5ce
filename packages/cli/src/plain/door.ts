import { fail } from '@lambda-bootstraps/core';
import { parseArguments } from '../flags.ts';
import { exitCodes, type Program } from '../program.ts';
import { runControl } from './control.ts';
import { controlFlags, invokeFlags, serveFlags } from './flags.ts';
import { plainHelp } from './help.ts';
import { runInvoke } from './invoke.ts';
import { runServe } from './serve.ts';

/** `lambda-bootstraps invoke|serve|control`, for a developer without Docker. */
export async function runPlainDoor(program: Program): Promise<number> {
  const [command, ...rest] = program.arguments;
  if (command === undefined) return print(program, 'stderr', plainHelp, exitCodes.usage);
  if (['help', '--help', '-h'].includes(command)) return print(program, 'stdout', plainHelp, exitCodes.success);
  if (['--version', '-v'].includes(command)) return printVersion(program);
  if (command === 'control') return runControlDoor(program, rest);
  if (command !== 'invoke' && command !== 'serve')
    throw fail('ERR_UNKNOWN_COMMAND', command, 'invoke, serve, control, init and rie');

  const flags = parseArguments(rest, command === 'serve' ? serveFlags : invokeFlags);
  if (flags.has('help')) return print(program, 'stdout', plainHelp, exitCodes.success);
  if (flags.has('version')) return printVersion(program);
  const [handler, ...more] = flags.positionals;
  if (handler === undefined || handler === '') throw fail('ERR_MISSING_HANDLER', command);
  return command === 'serve' ? runServe(program, flags, handler, more) : runInvoke(program, flags, handler, more);
}

function runControlDoor(program: Program, given: readonly string[]): Promise<number> | number {
  const flags = parseArguments(given, controlFlags);
  if (flags.has('help')) return print(program, 'stdout', plainHelp, exitCodes.success);
  if (flags.has('version')) return printVersion(program);
  return runControl(program, flags);
}

function print(program: Program, stream: 'stdout' | 'stderr', text: string, code: number): number {
  program.write(stream, text);
  return code;
}

const printVersion = (program: Program): number => print(program, 'stdout', `${program.version}\n`, exitCodes.success);
