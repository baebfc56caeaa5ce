import { createLog, fail } from '@lambda-bootstraps/core';
import type { Program } from '../program.ts';
import type { CreateLog, PlainFlags } from './configure.ts';

/**
 * What a server writes of its invocations: in a terminal, or with `--details`, a line for people; to all others, and to who
 * names a format, the lines of Lambda's log.
 */
export async function chooseLog(program: Program, flags: PlainFlags): Promise<CreateLog> {
  const terminal = program.terminal?.();
  const hasDetails = flags.has('details');
  if (!hasDetails && (terminal === undefined || flags.has('log-format'))) return createLog;
  if (hasDetails && flags.has('log-format')) {
    throw fail('ERR_INVALID_ARGUMENT', '--details', "it has no place in Lambda's own log, which --log-format asks for");
  }
  // Loaded only where somebody looks on.
  const { createTerminalView } = await import('./terminal-view.ts');
  return (config, options) => {
    if (config.logFormat === 'JSON') {
      if (hasDetails)
        throw fail('ERR_INVALID_ARGUMENT', '--details', "it has no place in the function's JSON log format");
      return createLog(config, options);
    }
    const columns = (): number | undefined => program.terminal?.()?.columns;
    return createTerminalView({ ...options, columns, hasColors: terminal?.hasColors ?? false, hasDetails });
  };
}
