import { fail, LambdaBootstrapsError } from '../errors.ts';
import { defineFunction, type FunctionInput } from '../function/define-function.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Host, HttpHandler } from '../host.ts';
import type { LaunchOrder, ProcessExit } from '../launcher.ts';
import type { LifecycleSink } from '../lifecycle.ts';
import type { RuntimeDefinition } from '../runtime-definition.ts';
import type { StopReason } from '../sandbox/machines/environment.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { type AdoptedProcess, AdoptingLauncher } from './adopting-launcher.ts';
import { EventReaders } from './event-readers.ts';
import { invoke } from './invoke.ts';
import { invokeWithStream } from './invoke-with-stream.ts';
import type { LocalSandbox } from './local-sandbox.ts';
import { warm } from './warm.ts';

/** A function whose runtime the caller starts. */
export interface EnvironmentSettings
  extends Omit<FunctionInput, 'handler' | 'runtime' | 'taskRoot' | 'sources' | 'functionName' | 'extensionsDir'> {
  readonly functionName: string;
  /** What `_HANDLER` says; nothing unless told. */
  readonly handler?: string | undefined;
  /** What LAMBDA_TASK_ROOT says; `/var/task` unless told. */
  readonly taskRoot?: string | undefined;
}

/** One execution environment whose runtime the caller starts and ends. It is used until that runtime has ended. */
export interface RuntimeEnvironment extends Pick<LocalSandbox, 'invoke' | 'invokeWithStream' | 'events' | 'subscribe'> {
  readonly config: FunctionConfig;
  /** The value of AWS_LAMBDA_RUNTIME_API: `HOST:PORT`, mostly with a path. */
  readonly runtimeApi: string;
  /** All variables that Lambda gives to the function's process, its own among them; nothing of the caller's. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether the runtime has asked for its first invocation, and not ended since. */
  readonly isReady: boolean;
  /** Resolves when the runtime has asked for its first invocation (`true`), or the environment has ended before. */
  ready(): Promise<boolean>;
  /** Tells by what the runtime can be ended, which Lambda does at a timeout. */
  started(process: AdoptedProcess): void;
  /** Tells what the runtime has written: it becomes log events. */
  wrote(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** Tells that the runtime has ended. */
  exited(exit: ProcessExit): void;
  /**
   * Resolves with the reason when the environment has ended: its invocations are answered, and it takes no more. What
   * waited for a runtime that failed to initialize is rejected with ERR_ENVIRONMENT_ENDED.
   */
  readonly ended: Promise<StopReason>;
  /** Ends the runtime and the environment. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where the environment's Runtime API is reached. */
export interface RuntimeApiPlace {
  /** `HOST:PORT`, mostly with a path. */
  readonly runtimeApi: string;
  /** The Runtime API is served there from now on. */
  serve(handler: HttpHandler): void;
  close(): Promise<void>;
}

export interface EnvironmentContext {
  readonly host: Host;
  readonly place: RuntimeApiPlace;
  readonly allowPeer?: ((address: string) => boolean) | undefined;
  readonly onEvent: LifecycleSink;
  readonly notice?: ((sentence: string) => void) | undefined;
}

/**
 * Opens an environment: its ten seconds to initialize begin when this resolves.
 * @throws LambdaBootstrapsError what `defineFunction` throws
 */
export async function openEnvironment(
  settings: EnvironmentSettings,
  { host, place, allowPeer, onEvent, notice }: EnvironmentContext,
): Promise<RuntimeEnvironment> {
  const { functionName, handler = '', taskRoot = '/var/task' } = settings;
  const config = defineFunction(
    { ...settings, handler, taskRoot, runtime: startedElsewhere.family },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
  let onOrder: (order: LaunchOrder) => void = () => undefined;
  const ordered = new Promise<LaunchOrder>((resolve) => {
    onOrder = resolve;
  });
  const launcher = new AdoptingLauncher(functionName, onOrder);
  const sandbox = createSandbox({
    host,
    launcher,
    config,
    runtime: startedElsewhere,
    runtimeApi: {
      kind: 'shared',
      allowPeer,
      serve: (answer) => {
        place.serve(answer);
        return place.runtimeApi;
      },
    },
    ...(notice ? { notice } : {}),
  });
  const readers = new EventReaders(sandbox);
  const close = async (): Promise<void> => {
    await sandbox.close();
    readers.end();
    await place.close();
  };
  const ended = new Promise<StopReason>((resolve) => {
    sandbox.subscribe((event) => {
      if (event.type !== 'environment-stopped') return;
      resolve(event.reason);
      // Its slot would start another for what waits, with a runtime that nobody starts.
      void close();
    });
  });
  sandbox.subscribe(onEvent);
  const decided = warm(sandbox);
  const { environment: variables } = await ordered;
  const target = { sandbox, host };
  const orEnded = (error: unknown): never => {
    const isClosed = error instanceof LambdaBootstrapsError && error.code === 'ERR_SANDBOX_CLOSED';
    throw isClosed ? fail('ERR_ENVIRONMENT_ENDED', functionName) : error;
  };
  return {
    config,
    runtimeApi: place.runtimeApi,
    variables: Object.freeze(variables),
    get isReady() {
      return sandbox.isReady;
    },
    ready: () => decided,
    invoke: (event, options) => invoke(target, event, options).catch(orEnded),
    invokeWithStream: (event, options) => invokeWithStream(target, event, options),
    events: readers,
    subscribe: (sink) => sandbox.subscribe(sink),
    started: (process) => launcher.started(process),
    wrote: (stream, bytes) => launcher.wrote(stream, bytes),
    exited: (exit) => launcher.exited(exit),
    ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const startedElsewhere: RuntimeDefinition = {
  family: 'started-elsewhere',
  names: [],
  defaultHandler: '',
  guess: () => Promise.resolve(undefined),
  plan: async ({ config }) => ({
    command: [],
    workingDirectory: config.taskRoot,
    environment: {},
    transport: 'http',
    telemetryLog: false,
  }),
};
