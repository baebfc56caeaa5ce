import { type FunctionConfig, functionVariable } from '@lambda-bootstraps/core';

const variable = 'LAMBDA_BOOTSTRAPS_DEBUGPY';

export interface Debugger {
  /** What Python is given before the script that it runs. */
  readonly options: readonly string[];
  /** What holds the function, for people. */
  readonly words: string;
}

/**
 * debugpy, waiting for an editor, when the function's variable says where: `5678` or `127.0.0.1:5678`. It is the
 * function's or its Python's own package.
 */
export function debuggerOf(config: FunctionConfig, runningMinor: number): Debugger | undefined {
  const place = functionVariable(config, variable);
  if (!place) return undefined;
  const command = ['-m', 'debugpy', '--listen', place, '--wait-for-client'];
  // debugpy asks for it: it cannot stop in modules that were frozen, which 3.11 began with.
  const frozen = runningMinor >= 11 ? ['-X', 'frozen_modules=off'] : [];
  return { options: [...frozen, ...command], words: command.slice(1).join(' ') };
}
