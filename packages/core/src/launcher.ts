/**
 * Starts execution environments. The default spawns a process group; another emulator's may start a container.
 */
export interface Launcher {
  /**
   * Starts the runtime's command. Facts about it go to `listener`, never before this call has returned.
   * @throws LaunchFailure when the command cannot be started.
   */
  launch(order: LaunchOrder, listener: LaunchListener): Promise<LaunchedRuntime>;
}

export interface LaunchOrder {
  /** The executable and its arguments. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment of the process; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Opens the frame transport: the runtime reads frames from descriptor 3 and writes them to descriptor 4.
   * The numbers reach it as LAMBDA_BOOTSTRAPS_FRAMES=3,4, which the shim removes again.
   */
  readonly frames: boolean;
  /** Opens the log descriptor that `_LAMBDA_TELEMETRY_LOG_FD` names. */
  readonly telemetryLog: boolean;
}

export interface LaunchListener {
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** Bytes of the log descriptor, cut anywhere. */
  onTelemetryLog(bytes: Uint8Array): void;
  /** Bytes of the frame transport, cut anywhere. */
  onFrames(bytes: Uint8Array): void;
  /** The runtime's first process ended; all it wrote before has been handed over. Called once. */
  onExit(exit: ProcessExit): void;
}

export interface ProcessExit {
  /** Exit status, or null when a signal ended it. */
  readonly code: number | null;
  /** For example `SIGKILL`. */
  readonly signal: string | null;
  /** The kernel ended it for want of memory. The core finds that out; a launcher may know it better. */
  readonly outOfMemory?: boolean;
}

export interface LaunchedRuntime {
  /** Writes one frame, given in pieces, to the runtime. */
  sendFrame(pieces: readonly Uint8Array[]): void;
  /** Resolves once everything that the runtime had written before this call was handed to the listener. */
  drain(): Promise<void>;
  /** Largest memory that the process tree has used so far, in bytes; undefined where it cannot be told. */
  peakMemoryBytes(): number | undefined | Promise<number | undefined>;
  /** Asks the runtime to end (SIGTERM). */
  terminate(): void;
  /** Ends the runtime and all it started, at once. */
  kill(): void;
}

/** The runtime could not be started. `message` is what Lambda puts after `Error: `. */
export class LaunchFailure extends Error {
  override readonly name = 'LaunchFailure';
}
