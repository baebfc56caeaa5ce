import { Container } from './container.ts';
import { engineTrouble } from './engine-trouble.ts';
import { routeOf } from './event.ts';
import type { InvokeOptions, RunResult } from './options.ts';
import { resultOf, textOf } from './run-result.ts';

type RunLimits = NonNullable<InvokeOptions['spawnOptions']>;

/**
 * Runs a function once in a container, without blocking; the container does not outlive this process.
 * @returns the function's result: undefined if it is no JSON, null if standard output was not piped
 * @throws an Error with `code` (the exit code; 1 for a function error, whose JSON is the message), `stdout` and `stderr`;
 * DockerLambdaError for what is the engine's fault; the signal's reason
 */
export function invoke(options: InvokeOptions & { readonly returnSpawnResult: true }): Promise<RunResult>;
export function invoke<Result = unknown>(options?: InvokeOptions): Promise<Result>;
export async function invoke(options: InvokeOptions = {}): Promise<unknown> {
  const run = await runToEnd(options, options.spawnOptions ?? { encoding: 'utf8' });
  if (options.returnSpawnResult) return run;
  const trouble = engineTrouble(
    { engine: run.engine, image: options.dockerImage ?? '', cwd: options.spawnOptions?.cwd },
    { ...run, stdout: textOf(run.stdout), stderr: textOf(run.stderr) },
  );
  if (trouble) throw trouble;
  return resultOf(run);
}

/** `spawnSync` that does not block. */
async function runToEnd(options: InvokeOptions, limits: RunLimits): Promise<RunResult & { engine: string }> {
  const route = routeOf(options.event, limits);
  const {
    input,
    timeout,
    killSignal,
    maxBuffer = Number.POSITIVE_INFINITY,
    encoding,
    signal,
    ...spawnOptions
  } = route.spawnOptions;
  signal?.throwIfAborted();
  const container = new Container({ ...route, options, spawnOptions });
  const { client, engine } = container;

  let error: Error | undefined;
  const cutOff = (why: Error): void => {
    error ??= why;
    void container.remove();
  };
  const abort = (): void => cutOff(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const timer = timeout ? setTimeout(() => cutOff(systemError(engine, 'ETIMEDOUT')), timeout) : undefined;

  const [stdout, stderr] = [client.stdout, client.stderr].map((stream) => {
    if (!stream) return undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBuffer) return cutOff(systemError(engine, 'ENOBUFS'));
      chunks.push(chunk);
    });
    return chunks;
  });
  client.stdin?.on('error', () => undefined);
  client.stdin?.end(input);

  const end = await container.ended;
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  const decode = (chunks: readonly Buffer[] | undefined): string | Buffer | null => {
    if (!chunks) return null;
    const bytes = Buffer.concat(chunks);
    return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
  };
  const output = [null, decode(stdout), decode(stderr)];
  const run = {
    engine,
    pid: client.pid ?? 0,
    output: output as RunResult['output'],
    stdout: output[1] ?? null,
    stderr: output[2] ?? null,
    status: end.status,
    signal: end.signal,
  };
  const failed = error ?? end.error;
  return failed ? { ...run, error: failed } : run;
}

/** As `spawnSync` has it. */
const systemError = (engine: string, code: 'ETIMEDOUT' | 'ENOBUFS'): Error =>
  Object.assign(new Error(`spawn ${engine} ${code}`), { code, syscall: `spawn ${engine}`, path: engine });
