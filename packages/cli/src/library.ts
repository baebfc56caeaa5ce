import {
  createLocalSandbox,
  type FunctionSettings,
  type LifecycleSink,
  type LocalSandbox,
} from '@lambda-bootstraps/core';
import { type LibraryOptions, resolveSettings } from './library-settings.ts';

/** A function's settings, and what the program brings of its own. */
export interface LocalSandboxOptions extends FunctionSettings, LibraryOptions {
  /** Hears of everything that happens from the beginning on, as `subscribe` does. */
  readonly onEvent?: LifecycleSink;
  /** Whether `handler` refuses requests that a web page of another site caused, or that name a foreign host; it does unless told. */
  readonly refuseForeign?: boolean;
}

/**
 * A function of this machine, ready to be invoked, on Node.js and with the known runtimes.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_RUNTIME, ERR_UNSUPPORTED_RUNTIME, ERR_INVALID_NUMBER, ERR_RESERVED_VARIABLE
 */
export function createSandbox(options: LocalSandboxOptions): LocalSandbox {
  const { launcher, queueLimit, runtimeApi, notice, onEvent, refuseForeign = true, ...settings } = options;
  const sandbox = createLocalSandbox({
    settings,
    resolve: (changed) => resolveSettings(changed, options),
    invokeApi: { refuseForeign, ...(notice ? { notice } : {}) },
  });
  if (onEvent) sandbox.subscribe(onEvent);
  return sandbox;
}
