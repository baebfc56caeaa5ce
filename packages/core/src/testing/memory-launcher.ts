import { encodeText } from '../bytes.ts';
import {
  type LaunchedRuntime,
  type Launcher,
  LaunchFailure,
  type LaunchListener,
  type LaunchOrder,
} from '../launcher.ts';
import type { MemoryHttp, MemoryRequest, MemoryResponse } from './memory-http.ts';

/** A runtime as an async function. When it returns it has exited with 0, when it throws with 1. */
export type MemoryProgram = (context: MemoryContext) => Promise<void>;

/** What a program has of the process that it plays. */
export interface MemoryContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** A request to the Runtime API. What a process that has ended still waits for never comes. */
  fetch(path: string, request?: Omit<MemoryRequest, 'path'>): Promise<MemoryResponse>;
  writeStdout(text: string): void;
  writeStderr(text: string): void;
  writeTelemetryLog(bytes: Uint8Array): void;
  /** The frame transport: INVOKE frames come one by one, whole. */
  readonly frames: { read(): Promise<Uint8Array>; write(bytes: Uint8Array): void };
  /** Ends the process; what the program does after it is not seen any more. */
  exit(code: number | null, signal?: string | null): void;
  useMemory(bytes: number): void;
  /** From now on a kill is not obeyed. */
  surviveKill(): void;
  /** Aborted by a kill. */
  readonly killed: AbortSignal;
  /** Resolves when the process has ended, in whatever way. */
  readonly ended: Promise<void>;
}

/** Runs registered programs for commands such as `['memory', 'echo']`, or by a path. */
export class MemoryLauncher implements Launcher {
  readonly programs = new Map<string, MemoryProgram>();
  /** Every order that was carried out. */
  readonly orders: LaunchOrder[] = [];
  readonly #http: MemoryHttp;

  constructor(http: MemoryHttp) {
    this.#http = http;
  }

  async launch(order: LaunchOrder, listener: LaunchListener): Promise<LaunchedRuntime> {
    const [file = '', name = ''] = order.command;
    const program = this.programs.get(file === 'memory' ? name : file);
    if (!program) throw new LaunchFailure(`fork/exec ${file}: no such file or directory`);
    this.orders.push(order);
    const process = new MemoryProcess(order, listener, this.#http);
    // Nothing is heard of a runtime before its launch has returned.
    setImmediate(() => process.run(program));
    return process;
  }
}

const never = new Promise<never>(() => undefined);

class MemoryProcess implements LaunchedRuntime {
  readonly #order: LaunchOrder;
  readonly #listener: LaunchListener;
  readonly #http: MemoryHttp;
  readonly #killed = new AbortController();
  readonly #over = new AbortController();
  readonly #frames: Uint8Array[] = [];
  /** What was written and is not handed over yet: like a pipe, it comes a little later than it was sent. */
  readonly #written: (() => void)[] = [];
  #onFrame: (() => void) | undefined;
  #peakBytes: number | undefined;
  #survivesKill = false;

  constructor(order: LaunchOrder, listener: LaunchListener, http: MemoryHttp) {
    this.#order = order;
    this.#listener = listener;
    this.#http = http;
  }

  run(program: MemoryProgram): void {
    if (this.#over.signal.aborted) return;
    const context = this.#context();
    program(context).then(
      () => context.exit(0),
      (error: Error) => {
        context.writeStderr(`${error.stack}\n`);
        context.exit(1);
      },
    );
  }

  sendFrame(pieces: readonly Uint8Array[]): void {
    this.#frames.push(Uint8Array.from(pieces.flatMap((piece) => [...piece])));
    this.#onFrame?.();
  }

  async drain(): Promise<void> {
    for (const handOver of this.#written.splice(0)) handOver();
  }

  peakMemoryBytes(): number | undefined {
    return this.#peakBytes;
  }

  terminate(): void {
    this.#exit(null, 'SIGTERM');
  }

  kill(): void {
    this.#killed.abort();
    if (!this.#survivesKill) this.#exit(null, 'SIGKILL');
  }

  #exit(code: number | null, signal: string | null): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    setImmediate(async () => {
      await this.drain();
      this.#listener.onExit({ code, signal });
    });
  }

  #write(handOver: () => void): void {
    if (this.#over.signal.aborted) return;
    this.#written.push(handOver);
    setImmediate(() => this.drain());
  }

  #context(): MemoryContext {
    const { environment, workingDirectory } = this.#order;
    const { signal } = this.#over;
    const listener = this.#listener;
    return {
      environment,
      workingDirectory,
      fetch: (path, request = {}) => {
        const either = request.signal ? AbortSignal.any([signal, request.signal]) : signal;
        const exchange = this.#http.request(environment.AWS_LAMBDA_RUNTIME_API ?? '', {
          ...request,
          path,
          signal: either,
        });
        return exchange.catch((error) => (signal.aborted ? never : Promise.reject(error)));
      },
      writeStdout: (text) => this.#write(() => listener.onOutput('stdout', encodeText(text))),
      writeStderr: (text) => this.#write(() => listener.onOutput('stderr', encodeText(text))),
      writeTelemetryLog: (bytes) => this.#write(() => listener.onTelemetryLog(bytes)),
      frames: {
        read: () => this.#readFrame(),
        write: (bytes) => signal.aborted || listener.onFrames(bytes),
      },
      exit: (code, name = null) => this.#exit(code, name),
      useMemory: (bytes) => {
        this.#peakBytes = Math.max(bytes, this.#peakBytes ?? 0);
      },
      surviveKill: () => {
        this.#survivesKill = true;
      },
      killed: this.#killed.signal,
      ended: new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    };
  }

  async #readFrame(): Promise<Uint8Array> {
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
    return this.#frames.shift()!;
  }
}
