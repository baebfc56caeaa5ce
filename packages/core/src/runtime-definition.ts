import type { FunctionConfig } from './function/function-config.ts';
import type { Host } from './host.ts';
import type { RuntimePort } from './sandbox/runtime-port.ts';

/** One family of runtimes: what it is called and how it is started. The core knows runtimes only through this. */
export interface RuntimeDefinition {
  /** The folder's name, for example `nodejs`. */
  readonly family: string;
  /** Lambda's runtime identifiers that this family serves, newest first. */
  readonly names: readonly string[];
  /** Those of `names` that Lambda takes for no new function ("Lambda runtimes", deprecated runtimes). */
  readonly deprecated?: readonly string[];
  /** Identifiers of the family that cannot be run, each with the reason: a clause. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** Families are asked for a guess by this number, the lowest first; 100 unless told, by folder name among equals. */
  readonly guessRank?: number;
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

/** What a family's definition is made with: the program that it becomes part of. */
export interface RuntimeOptions {
  /** The folder that the build of the family filled: what its runtimes need besides the function. */
  readonly assetsRoot: string;
  /** The interpreter that runs the program itself, where one does; its version as it tells it, for example `v22.1.0`. */
  readonly interpreter?: { readonly executable: string; readonly version: string } | undefined;
}

export interface GuessContext {
  readonly host: Pick<Host, 'files'>;
  readonly taskRoot: string;
  readonly layers: readonly string[];
  readonly handler: string | undefined;
  /** Looks an executable up on the caller's PATH, or undefined. */
  findExecutable(name: string): Promise<string | undefined>;
}

export interface LaunchContext {
  readonly host: Pick<Host, 'files' | 'architecture' | 'clock' | 'http' | 'tcp'>;
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
  /** HTTP is always there; frames are the mocked native modules'; else a protocol that the family brings. */
  readonly transport: 'http' | 'frames' | RuntimeTransport;
  /** Whether the runtime interface client can write to `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetryLog: boolean;
  /** The option by which a debugger may hold the function, for example `--inspect-brk`: its time stands still then. */
  readonly debuggerOption?: string | undefined;
}

/**
 * A protocol of a runtime's own, spoken by the family's code beside the Runtime API's HTTP: the runtime is served by the
 * one that it uses.
 */
export interface RuntimeTransport {
  /** Called once for each runtime that was launched. What goes wrong is shown by ending the runtime. */
  connect(context: TransportContext): void;
}

export interface TransportContext {
  readonly port: RuntimePort;
  /** Whether the runtime has neither asked for work, by whatever transport, nor ended. */
  isAwaited(): boolean;
  /** Ends the runtime, which cannot be talked to any more. */
  kill(): void;
}
