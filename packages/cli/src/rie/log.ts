import { fail } from '@lambda-bootstraps/core';
import type { Program } from '../program.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic'] as const;

export type LogLevel = (typeof levels)[number];

/**
 * What the flag says, else LOG_LEVEL, else info.
 * @throws LambdaBootstrapsError ERR_INVALID_CHOICE
 */
export function logLevelOf(program: Program, flag: string | undefined): LogLevel {
  const [source, value] =
    flag === undefined ? ['LOG_LEVEL', program.environment.LOG_LEVEL || 'info'] : ['--log-level', flag];
  const level = levels.find((one) => one === value.toLowerCase());
  if (level === undefined)
    throw fail('ERR_INVALID_CHOICE', source, value, `${levels.slice(0, -1).join(', ')} or ${levels.at(-1)}`);
  return level;
}

export type RieLog = (level: LogLevel, words: string) => void;

/** Whether lines of this level are written where the log begins `from` another. */
export const isLogged = (level: LogLevel, from: LogLevel): boolean => levels.indexOf(level) >= levels.indexOf(from);

/** Writes lines to stderr in the emulator's format, for scripts match some of them. */
export function createRieLog(program: Program, from: LogLevel): RieLog {
  return (level, words) => {
    if (!isLogged(level, from)) return;
    program.write('stderr', `${timestamp(program.host.clock.now())} [${level.toUpperCase()}] (rapid) ${words}\n`);
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21 Nov 2026 21:44:05,123`. */
function timestamp(now: number): string {
  const [day, time = ''] = new Date(now).toISOString().split('T');
  const [year, month, date] = (day ?? '').split('-');
  return `${date} ${months[Number(month) - 1]} ${year} ${time.slice(0, 12).replace('.', ',')}`;
}
