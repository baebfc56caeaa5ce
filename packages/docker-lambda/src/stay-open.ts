import { Container, type ContainerEnd } from './container.ts';
import { engineTrouble, lastWords } from './engine-trouble.ts';
import { fail } from './errors.ts';
import { request } from './http-request.ts';
import type { RunOptions } from './options.ts';
import { ContainerOutput } from './output.ts';
import { addressOf, publishing } from './publishing.ts';
import { invokeAt, type StayOpenInvokeOptions, type StayOpenResponse } from './stay-open-invoke.ts';

export interface StayOpenOptions extends RunOptions {
  readonly dockerImage: string;
  /** Where the engine publishes the Invoke API; a free port unless told. */
  readonly port?: number;
  /** The folder and the environment of the engine's command. */
  readonly spawnOptions?: { readonly cwd?: string | URL; readonly env?: NodeJS.ProcessEnv };
  /** Hears what the container writes: the logs of the function. */
  readonly output?: (text: string, stream: 'stdout' | 'stderr') => void;
  /** Milliseconds until the Invoke API has to answer, which include the pull of the image. 120,000 unless told. */
  readonly startTimeoutMs?: number;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

/** A container that serves the Invoke API until it is stopped, or this process ends. */
export interface StayOpenContainer extends AsyncDisposable {
  /** For the AWS SDKs and CLI, for instance `http://127.0.0.1:49153`. */
  readonly endpoint: string;
  /** For `docker logs` and `docker exec`. */
  readonly containerName: string;
  /**
   * Invokes the function.
   * @param event sent as JSON, `{}` unless told; bytes are sent as they are
   * @returns the function's result; text if it is no JSON, undefined for the invocation types Event and DryRun
   * @throws DockerLambdaError ERR_FUNCTION, ERR_INVOKE_REFUSED, ERR_INVOKE_FAILED, ERR_CONTAINER_ENDED, ERR_STOPPED; the
   * signal's reason
   */
  invoke(event: unknown, options: StayOpenInvokeOptions & { readonly returnResponse: true }): Promise<StayOpenResponse>;
  invoke<Result = unknown>(event?: unknown, options?: StayOpenInvokeOptions): Promise<Result>;
  /** Stops the container; what runs may end within the engine's grace. */
  stop(): Promise<void>;
}

/**
 * Starts a container in stay-open mode, and resolves when its Invoke API answers.
 * @throws DockerLambdaError ERR_INVALID_OPTION, ERR_ENGINE_NOT_FOUND, ERR_ENGINE_NOT_RUNNING, ERR_ENGINE_NOT_ALLOWED,
 * ERR_IMAGE_NOT_FOUND, ERR_PORT_IN_USE, ERR_CONTAINER_NOT_STARTED, ERR_CONTAINER_ENDED, ERR_NOT_READY,
 * ERR_PORT_NOT_PUBLISHED; the signal's reason. The container is gone then.
 */
export async function startStayOpen(options: StayOpenOptions): Promise<StayOpenContainer> {
  const { dockerImage: image, port, startTimeoutMs = 120_000, spawnOptions = {}, signal } = checked(options);
  const publish = publishing(options);
  const container = new Container({
    options,
    ownArguments: ['-e', 'DOCKER_LAMBDA_STAY_OPEN=1', '-p', publish.argument],
    spawnOptions: { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const output = new ContainerOutput(container.client, options.output);
  const whyEnded = (end: ContainerEnd): Error => {
    const run = { engine: container.engine, image, port, cwd: spawnOptions.cwd };
    return engineTrouble(run, { ...end, ...output.streams }) ?? end.error ?? endedError(end, output);
  };

  const starting = new AbortController();
  const { signal: over } = starting;
  try {
    const giveUp = new Promise<never>((_, reject) => {
      const fails = (): void => reject(fail('ERR_NOT_READY', [image, startTimeoutMs], { output: output.text }));
      const timer = setTimeout(fails, startTimeoutMs);
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', abort);
      over.addEventListener('abort', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      });
    });
    const end = container.ended.then((end) => Promise.reject(whyEnded(end)));
    const endpoint = await Promise.race([serving(container, output, publish.host, over), end, giveUp]);
    container.unref();
    return stayOpen(container, output, endpoint);
  } catch (error) {
    await container.remove();
    throw error;
  } finally {
    starting.abort();
  }
}

/** For callers without types. */
function checked(options: StayOpenOptions): StayOpenOptions {
  const { dockerImage, port, signal } = options;
  if (!dockerImage) throw fail('ERR_INVALID_OPTION', ['dockerImage', 'the name of an image']);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw fail('ERR_INVALID_OPTION', ['port', 'a number from 1 to 65535']);
  }
  signal?.throwIfAborted();
  return options;
}

/** The address of the Invoke API, once it answers there. */
async function serving(
  container: Container,
  output: ContainerOutput,
  host: string,
  over: AbortSignal,
): Promise<string> {
  await output.hears(/Lambda API listening on port/);
  const address = addressOf(await container.ask('port', container.name, '9001'), container.engine);
  const endpoint = `http://${host}:${address}`;
  // Some engines forward the port a moment later.
  while (!over.aborted) {
    const answer = await request(endpoint, { method: 'GET', path: '/2018-06-01/ping', signal: over }).catch(() => null);
    if (answer) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return endpoint;
}

function stayOpen(container: Container, output: ContainerOutput, endpoint: string): StayOpenContainer {
  let ended: ContainerEnd | undefined;
  let stopped: Promise<void> | undefined;
  void container.ended.then((end) => {
    ended = end;
  });
  /** Why an invocation cannot be answered any more. */
  const lost = (): Error | undefined => {
    if (stopped) return fail('ERR_STOPPED', []);
    return ended && endedError(ended, output);
  };
  const stop = (): Promise<void> => (stopped ??= container.stop());
  return {
    endpoint,
    containerName: container.name,
    async invoke(event: unknown = {}, options: StayOpenInvokeOptions = {}) {
      const gone = lost();
      if (gone) throw gone;
      return invokeAt(endpoint, event, options).catch(async (error: Error) => {
        // A connection breaks before its container's end is known.
        if ((error as { code?: string }).code === 'ERR_INVOKE_FAILED') await container.endsWithin(2_000);
        throw (error as { code?: string }).code === 'ERR_INVOKE_FAILED' ? (lost() ?? error) : error;
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  } as StayOpenContainer;
}

function endedError({ status, signal }: ContainerEnd, output: ContainerOutput): Error {
  const words = output.text.trim() ? lastWords(output.text) : '';
  const how = signal ?? `exit code ${status}`;
  return fail('ERR_CONTAINER_ENDED', [how, words], { exitCode: status, output: output.text });
}
