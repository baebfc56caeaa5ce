import { fail } from '../errors.ts';
import type { LaunchedRuntime, Launcher, LaunchListener, LaunchOrder, ProcessExit } from '../launcher.ts';

/** What is asked of a runtime that somebody else has started. */
export interface AdoptedProcess {
  /** Ends the runtime and all it started, at once. Called after its exit too, for what it has left; it may throw when nothing is there. */
  kill(): void;
  /** Asks it to end, before `kill`: only where an extension is in it. */
  terminate?(): void;
  /** Largest memory used so far, in bytes. */
  peakMemoryBytes?(): number | undefined | Promise<number | undefined>;
  /** Resolves once all that the runtime had written before this call was told by `wrote`. */
  drain?(): Promise<void>;
}

/** Starts nothing: tells what a runtime is to be started with, once, and hears of it from the one who has started it. */
export class AdoptingLauncher implements Launcher {
  readonly #functionName: string;
  readonly #onOrder: (order: LaunchOrder) => void;
  #listener: LaunchListener | undefined;
  #process: AdoptedProcess | undefined;
  #isKilled = false;
  #hasExited = false;

  constructor(functionName: string, onOrder: (order: LaunchOrder) => void) {
    this.#functionName = functionName;
    this.#onOrder = onOrder;
  }

  async launch(order: LaunchOrder, listener: LaunchListener): Promise<LaunchedRuntime> {
    if (this.#listener) throw fail('ERR_ENVIRONMENT_ENDED', this.#functionName);
    this.#listener = listener;
    this.#onOrder(order);
    return {
      sendFrame: () => undefined,
      drain: () => this.#process?.drain?.() ?? Promise.resolve(),
      peakMemoryBytes: () => this.#process?.peakMemoryBytes?.(),
      terminate: () => (this.#process?.terminate ? this.#process.terminate() : this.#kill()),
      kill: () => this.#kill(),
    };
  }

  started(process: AdoptedProcess): void {
    this.#process = process;
    if (this.#isKilled) endQuietly(process);
  }

  wrote(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (!this.#hasExited) this.#listener?.onOutput(stream, bytes);
  }

  exited(exit: ProcessExit): void {
    if (this.#hasExited) return;
    this.#hasExited = true;
    this.#listener?.onExit(exit);
  }

  /** A runtime that nobody has started yet is as good as gone. */
  #kill(): void {
    this.#isKilled = true;
    if (this.#process) endQuietly(this.#process);
    else void Promise.resolve().then(() => this.exited({ code: null, signal: 'SIGKILL' }));
  }
}

/** Who is gone already has nothing to tell us. */
function endQuietly(process: AdoptedProcess): void {
  try {
    process.kill();
  } catch {
    // Its exit, or that it does not come, is seen elsewhere.
  }
}
