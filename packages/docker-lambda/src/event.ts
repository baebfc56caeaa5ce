import type { SpawnSyncOptions } from 'node:child_process';

/** In bytes: what Linux takes as one argument (execve(2), MAX_ARG_STRLEN); in Windows' command line the rest has room, too. */
const largestArgument = process.platform === 'win32' ? 24_000 : 131_071;

/** As docker-lambda's README has it; a variable of the caller that `addEnvVars` passes on would come first. */
const byStandardInput = ['-i', '-e', 'DOCKER_LAMBDA_USE_STDIN=1', '-e', 'AWS_LAMBDA_EVENT_BODY='];

interface EventRoute<Options> {
  /** Of `docker run`, before the user's. */
  readonly ownArguments: readonly string[];
  /** What follows the handler. */
  readonly words: readonly string[];
  readonly spawnOptions: Options;
}

/** The event of a single execution is its last argument; one that is too large for that comes by standard input. */
export function routeOf<Options extends SpawnSyncOptions>(event: unknown, spawnOptions: Options): EventRoute<Options> {
  const text = JSON.stringify(event || {});
  if (Buffer.byteLength(text) <= largestArgument) return { ownArguments: [], words: [text], spawnOptions };
  const { stdio } = spawnOptions;
  const outputs = typeof stdio === 'string' ? [stdio, stdio] : stdio?.slice(1);
  return {
    ownArguments: byStandardInput,
    words: [],
    spawnOptions: { ...spawnOptions, input: text, ...(outputs && { stdio: ['pipe', ...outputs] }) },
  };
}
