import { fail, type LogFormat, type SystemLogLevel } from '@lambda-bootstraps/core';
import type { Program } from './program.ts';

const levelVariable = 'LAMBDA_BOOTSTRAPS_SYSTEM_LOG_LEVEL';
const levels = ['DEBUG', 'INFO', 'WARN'] as const satisfies readonly SystemLogLevel[];
const formats = ['Text', 'JSON'] as const satisfies readonly LogFormat[];

/**
 * From which level on Lambda's own lines are written in the JSON format: what the flag says, else the variable. The
 * service has it in a function's configuration, and no variable.
 * @throws LambdaBootstrapsError ERR_INVALID_CHOICE
 */
export function systemLogLevelOf(program: Program, flag?: string): SystemLogLevel | undefined {
  if (flag !== undefined) return chosen('--system-log-level', flag, levels, 'DEBUG, INFO or WARN');
  const value = program.environment[levelVariable];
  return value ? chosen(levelVariable, value, levels, 'DEBUG, INFO or WARN') : undefined;
}

/** @throws LambdaBootstrapsError ERR_INVALID_CHOICE */
export const logFormatOf = (flag: string): LogFormat => chosen('--log-format', flag, formats, 'Text or JSON');

function chosen<Choice extends string>(
  source: string,
  value: string,
  choices: readonly Choice[],
  right: string,
): Choice {
  const choice = choices.find((one) => one.toLowerCase() === value.toLowerCase());
  if (choice === undefined) throw fail('ERR_INVALID_CHOICE', source, value, right);
  return choice;
}
