import type { FunctionInput } from '../function/define-function.ts';
import type { RuntimeDefinition } from '../runtime-definition.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';

/** What a function is made of, for a program that runs functions. Only the runtime must be given. */
export interface FunctionSettings extends Omit<FunctionInput, 'handler' | 'runtime' | 'taskRoot' | 'sources'> {
  /** A runtime identifier such as `nodejs22.x`, or a definition of your own. */
  readonly runtime: string | RuntimeDefinition;
  /** The runtime's default handler unless told. */
  readonly handler?: string | undefined;
  /** The function's folder; the current one unless told. */
  readonly taskDir?: string | undefined;
  /** How many invocations may run at once, each in an environment of its own. */
  readonly concurrency?: number | undefined;
}

/**
 * What a host and the runtimes that it knows make of settings.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_RUNTIME, and what `defineFunction` throws
 */
export type SettingsResolver = (settings: FunctionSettings) => SandboxOptions;
