import { fail } from '@lambda-bootstraps/core';
import { checkEvent, readEvent } from '../event-source.ts';
import type { Program } from '../program.ts';
import { runOnce } from '../single-execution.ts';
import { configure, type PlainFlags } from './configure.ts';

/** `invoke HANDLER [EVENT]`: the result alone on stdout, everything else on stderr. */
export async function runInvoke(
  program: Program,
  flags: PlainFlags,
  handler: string,
  [given = '{}', extra]: readonly string[],
): Promise<number> {
  if (extra !== undefined) throw fail('ERR_TOO_MANY_ARGUMENTS', extra, 'lambda-bootstraps invoke HANDLER [EVENT]');
  const event = await readEvent(given, program);
  checkEvent(event, program);
  const sandbox = await configure(program, flags, handler, { ownStreams: false, concurrency: 1 });
  return runOnce({
    program,
    sandbox,
    input: { payload: event.bytes },
    printResult: ({ payload }) => {
      program.write('stdout', payload);
      program.write('stdout', '\n');
    },
  });
}
