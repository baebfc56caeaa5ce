import type { BenchmarkFunction } from '../functions.ts';
import { serveAsRie } from './rie.ts';
import type { Target } from './target.ts';

type Program = (door: 'aws-lambda-rie' | 'lambda-bootstraps') => readonly [string, ...string[]];

/** A host of this project: by the door of RIE for HTTP, by the plain one for frames and single executions. */
export const own = (name: 'Node host' | 'executable', program: Program, files: readonly string[]): Target => ({
  name,
  files,
  async serve(fn, order) {
    const { port, environments } = order;
    if (fn.transport === 'frames') {
      const server = ['--port', String(port), '--concurrency', String(environments)];
      return plain(program, 'serve', fn, [], server);
    }
    const command = await serveAsRie(program('aws-lambda-rie'), fn, order);
    const pool = { LAMBDA_BOOTSTRAPS_CONCURRENCY: String(environments) };
    return command && { ...command, environment: { ...command.environment, ...pool } };
  },
  execute: (fn, event) => plain(program, 'invoke', fn, [event], []),
});

/** With RIE's limits of memory and time. */
async function plain(
  program: Program,
  subcommand: 'serve' | 'invoke',
  fn: BenchmarkFunction,
  event: readonly string[],
  flags: readonly string[],
): ReturnType<Target['serve']> {
  const { runtime, folder, handler } = await fn.plain();
  const limits = ['--memory', '3008', '--timeout', '300'];
  const named = ['--runtime', runtime, '--task-dir', folder];
  return {
    words: [...program('lambda-bootstraps'), subcommand, handler, ...event, ...named, ...limits, ...flags],
    environment: {},
  };
}
