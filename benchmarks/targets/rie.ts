import type { BenchmarkFunction } from '../functions.ts';
import type { Command, ServeOrder, Target } from './target.ts';

/** Amazon's Runtime Interface Emulator. It ends when two callers come at once, and runs nothing just once. */
export const rie = (program: string): Target => ({
  name: 'RIE',
  files: [program],
  serve: async (fn, order) => (order.environments > 1 ? undefined : serveAsRie([program], fn, order)),
  execute: async () => undefined,
});

/** The command line that RIE and its successors take. */
export async function serveAsRie(
  program: readonly [string, ...string[]],
  fn: BenchmarkFunction,
  { port, runtimePort }: ServeOrder,
): Promise<Command | undefined> {
  const runtime = await fn.command();
  if (runtime === undefined) return undefined;
  const flags = ['--runtime-interface-emulator-address', `127.0.0.1:${port}`];
  flags.push('--runtime-api-address', `127.0.0.1:${runtimePort}`);
  return { words: [...program, ...flags, ...runtime.command], environment: runtime.environment };
}
