import type { BenchmarkFunction } from '../functions.ts';
import type { Target } from './target.ts';

/** docker-lambda's init: one environment, for which callers queue. */
export const dockerLambda = (program: string): Target => ({
  name: 'docker-lambda',
  files: [program],
  async serve(fn, { port, environments }) {
    if (environments > 1) return undefined;
    // It opens the Runtime API's port only, for both APIs where the two are equal.
    const ports = { DOCKER_LAMBDA_API_PORT: String(port), DOCKER_LAMBDA_RUNTIME_PORT: String(port) };
    return withBootstrap(program, fn, [], { ...ports, DOCKER_LAMBDA_STAY_OPEN: '1' });
  },
  execute: (fn, event, freePort) =>
    withBootstrap(program, fn, [event], { DOCKER_LAMBDA_RUNTIME_PORT: String(freePort) }),
});

async function withBootstrap(
  program: string,
  fn: BenchmarkFunction,
  event: readonly string[],
  environment: Readonly<Record<string, string>>,
): ReturnType<Target['serve']> {
  const runtime = await fn.command();
  if (runtime === undefined) return undefined;
  const [file, ...args] = runtime.command;
  return {
    words: [program, '--bootstrap', file, '--bootstrap-args', JSON.stringify(args), runtime.handler, ...event],
    environment: { ...runtime.environment, ...environment },
  };
}
