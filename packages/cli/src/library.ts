import {
  createSandbox as createCoreSandbox,
  createInvocation,
  decodeText,
  defineFunction,
  encodeJson,
  type FunctionInput,
  type InvocationInput,
  type LifecycleSink,
  type RuntimeDefinition,
  renderOutcome,
} from '@lambda-bootstraps/core';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { named } from './choose-runtime.ts';
import { knownRuntimes } from './known-runtimes.ts';
import { resolvePath } from './paths.ts';

export interface LocalSandboxOptions extends Omit<FunctionInput, 'runtime' | 'taskRoot' | 'sources'> {
  /** A runtime identifier such as `nodejs22.x`, or a definition of your own. */
  readonly runtime: string | RuntimeDefinition;
  /** The function's folder; the current one unless told. */
  readonly taskDir?: string;
  /** How many invocations may run at once, each in an environment of its own. 1 unless told. */
  readonly concurrency?: number;
}

/** How an invocation ended, as a caller of Invoke sees it. */
export interface InvokeResult {
  readonly requestId: string;
  /** The answer as it came, normally JSON text. */
  readonly payload: string;
  /** `Unhandled` when the payload is an error. */
  readonly functionError: 'Unhandled' | undefined;
}

export interface LocalSandbox {
  /**
   * Invokes the function; its errors, timeouts and exits are results, not exceptions.
   * @param event a value that is sent as JSON, or bytes that are sent as they are
   * @throws LambdaBootstrapsError ERR_QUEUE_FULL, ERR_SANDBOX_CLOSED, ERR_RUNTIME_ASSETS_MISSING
   */
  invoke(event?: unknown, context?: Omit<InvocationInput, 'payload'>): Promise<InvokeResult>;
  /** Hears of everything that happens: logs, starts, ends, reports. The returned function ends it. */
  subscribe(sink: LifecycleSink): () => void;
  /** Ends the environments. */
  close(): Promise<void>;
}

/**
 * A function of this machine, ready to be invoked, on Node.js and with the known runtimes.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_RUNTIME, ERR_INVALID_NUMBER, ERR_RESERVED_VARIABLE
 */
export function createSandbox(options: LocalSandboxOptions): LocalSandbox {
  const definition =
    typeof options.runtime === 'string' ? named(knownRuntimes(), options.runtime).definition : options.runtime;
  const name = typeof options.runtime === 'string' ? options.runtime : (definition.names[0] ?? definition.family);
  const config = defineFunction(
    {
      inheritedEnvironment: inheritedPath(),
      ...options,
      runtime: name,
      taskRoot: resolvePath(process.cwd(), options.taskDir ?? '.'),
    },
    { nowMs: Date.now(), randomId: nodeHost.randomId() },
  );
  const sandbox = createCoreSandbox({
    host: nodeHost,
    launcher: nodeLauncher,
    config,
    runtime: definition,
    findExecutable,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  });
  return {
    async invoke(event = {}, context = {}) {
      const payload = event instanceof Uint8Array ? event : encodeJson(event);
      const invocation = createInvocation({ ...context, payload }, config, nodeHost);
      const rendered = renderOutcome(await sandbox.run(invocation), invocation.requestId);
      return {
        requestId: invocation.requestId,
        payload: decodeText(rendered.payload),
        functionError: rendered.functionError,
      };
    },
    subscribe: (sink) => sandbox.subscribe(sink),
    close: () => sandbox.close(),
  };
}

const inheritedPath = (): Record<string, string> => (process.env.PATH ? { PATH: process.env.PATH } : {});
