import type { FunctionConfig } from './function/function-config.ts';
import type { Host } from './host.ts';

/** One family of runtimes: what it is called and how it is started. The core knows runtimes only through this. */
export interface RuntimeDefinition {
  /** The folder's name, for example `nodejs`. */
  readonly family: string;
  /** Lambda's runtime identifiers that this family serves, newest first. */
  readonly names: readonly string[];
  /** The handler taken when none is named. */
  readonly defaultHandler: string;
  /** Which of `names` fits the function's folder, or undefined when none does. */
  guess(context: GuessContext): Promise<string | undefined>;
  /**
   * How to start the runtime.
   * @throws LaunchFailure with Lambda's words when the function cannot be started at all.
   */
  plan(context: LaunchContext): Promise<LaunchPlan>;
}

export interface GuessContext {
  readonly host: Pick<Host, 'files'>;
  readonly taskRoot: string;
  readonly layers: readonly string[];
  readonly handler: string | undefined;
}

export interface LaunchContext {
  readonly host: Pick<Host, 'files' | 'architecture'>;
  readonly config: FunctionConfig;
  /** Looks an executable up on the caller's PATH, or undefined. */
  findExecutable(name: string): Promise<string | undefined>;
  /** Tells the person who runs us something once, on stderr. */
  notice(sentence: string): void;
}

export interface LaunchPlan {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Variables that this runtime sets besides Lambda's common ones; the function's own win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly transport: 'http' | 'frames';
  /** Whether the runtime interface client can write to `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetryLog: boolean;
  /** The option by which a debugger may hold the function, for example `--inspect-brk`: its time stands still then. */
  readonly debuggerOption?: string | undefined;
}
