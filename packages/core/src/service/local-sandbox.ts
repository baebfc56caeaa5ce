import type { FunctionConfig } from '../function/function-config.ts';
import type { InvocationInput } from '../function/invocation.ts';
import { createFunctionUrl, type FunctionUrlOptions } from '../function-url/function-url.ts';
import type { HttpHandler } from '../host.ts';
import { createInvokeApi, type InvokeApiOptions } from '../invoke-api/invoke-api.ts';
import type { InvocationReport, LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import type { EventsLost } from './event-queue.ts';
import { EventReaders } from './event-readers.ts';
import type { FunctionSettings, SettingsResolver } from './function-settings.ts';
import { invoke } from './invoke.ts';
import { type InvokeStream, invokeWithStream } from './invoke-with-stream.ts';
import { warm } from './warm.ts';

/** What of an invocation may be told besides its event; all of it has a default. */
export interface InvokeOptions extends Omit<InvocationInput, 'payload' | 'answerEarly'> {
  /** Gather the end of the invocation's log: `logTail` of the result. */
  readonly tail?: boolean | undefined;
  /** Wait for the figures of the REPORT line: `report` of the result. */
  readonly report?: boolean | undefined;
}

/** How an invocation ended, as a caller of Invoke sees it. */
export interface InvokeResult {
  readonly requestId: string;
  /** The answer as it came, normally JSON text. */
  readonly payload: string;
  /** The answer's bytes, for functions whose answers are no text. */
  readonly bytes: Uint8Array;
  /** `Unhandled` when the payload is an error. */
  readonly functionError: 'Unhandled' | undefined;
  /** The last 4 KB of its log with START and REPORT, when asked for. */
  readonly logTail: string | undefined;
  /** Its figures, when asked for. */
  readonly report: InvocationReport | undefined;
}

/** A function, ready to be invoked: its environments are started when they are needed, and used again. */
export interface LocalSandbox {
  readonly functionName: string;
  /** What it was made with; what `update` has changed, changed. */
  readonly settings: FunctionSettings;
  /** The settings, completed and checked. */
  readonly config: FunctionConfig;
  /** Whether a runtime has initialized and not ended since. */
  readonly isReady: boolean;
  /** Whether it takes no more invocations. */
  readonly isClosed: boolean;
  /**
   * Invokes the function; its errors, timeouts and exits are results, not exceptions.
   * @param event a value that is sent as JSON, or bytes that are sent as they are
   * @throws LambdaBootstrapsError ERR_QUEUE_FULL, ERR_SANDBOX_CLOSED, ERR_RUNTIME_ASSETS_MISSING
   */
  invoke(event?: unknown, options?: InvokeOptions): Promise<InvokeResult>;
  /** Like `invoke`, with the answer in pieces, as the function writes them. */
  invokeWithStream(event?: unknown, options?: Omit<InvokeOptions, 'sink'>): InvokeStream;
  /**
   * Starts an environment ahead of the first invocation, unless there is one. Resolves when it has initialized or failed to,
   * with whether a runtime is ready.
   */
  warm(): Promise<boolean>;
  /**
   * What happens from now on, for each reader on its own: `for await (const event of sandbox.events)`. A reader who is
   * slower than what happens loses the oldest events and is told how many; invocations wait for none. Ends with `close`.
   */
  readonly events: AsyncIterable<LifecycleEvent | EventsLost>;
  /** The Invoke API of this function, by whatever name it is called. */
  readonly handler: HttpHandler;
  /** Plain HTTP in front of it, as a function URL or an HTTP API is: what it returns is the response. */
  functionUrl(settings?: FunctionUrlSettings): HttpHandler;
  /** Calls back for everything that happens from now on, at once. The returned function ends it. */
  subscribe(sink: LifecycleSink): () => void;
  /**
   * New settings, or (without any) new code: invocations that are not under way run in new environments; the others end
   * in theirs.
   * @throws LambdaBootstrapsError ERR_SANDBOX_CLOSED, and what making the sandbox throws; then nothing has changed
   */
  update(changes?: Partial<FunctionSettings>): Promise<void>;
  /** Takes no more invocations and lets those under way and waiting end, each by itself or at its timeout; then closes. */
  stop(): Promise<void>;
  /** Ends the environments at once: invocations under way end as killed. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type FunctionUrlSettings = Omit<FunctionUrlOptions, 'host' | 'sandbox'>;

export interface LocalSandboxContext {
  readonly settings: FunctionSettings;
  readonly resolve: SettingsResolver;
  readonly invokeApi?: Omit<InvokeApiOptions, 'host' | 'sandbox'>;
}

/** @throws what `resolve` throws */
export function createLocalSandbox(context: LocalSandboxContext): LocalSandbox {
  let { settings } = context;
  const options = context.resolve(settings);
  const { host } = options;
  const sandbox = createSandbox(options);
  const readers = new EventReaders(sandbox);
  const close = async (): Promise<void> => {
    await sandbox.close();
    readers.end();
  };
  return {
    get functionName() {
      return sandbox.config.functionName;
    },
    get settings() {
      return settings;
    },
    get config() {
      return sandbox.config;
    },
    get isReady() {
      return sandbox.isReady;
    },
    get isClosed() {
      return sandbox.isClosed;
    },
    invoke: (event, asked) => invoke({ sandbox, host }, event, asked),
    invokeWithStream: (event, asked) => invokeWithStream({ sandbox, host }, event, asked),
    warm: () => warm(sandbox),
    events: readers,
    handler: createInvokeApi({ ...context.invokeApi, host, sandbox }),
    functionUrl: (asked) => createFunctionUrl({ ...asked, host, sandbox }),
    subscribe: (sink) => sandbox.subscribe(sink),
    async update(changes = {}) {
      const changed = { ...settings, ...changes };
      sandbox.update(context.resolve(changed));
      settings = changed;
    },
    async stop() {
      await sandbox.drain();
      await close();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
