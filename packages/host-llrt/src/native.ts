import type { HttpHeaders } from '@lambda-bootstraps/core';

/** What the Rust main gives us, in the global `lambdaBootstrapsNative`: see native/src/natives.rs. */
export interface Native {
  /** All of them, the name that the program was called by first. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** The path of the program's own file. */
  readonly executable: string;
  readonly architecture: string;
  readonly processId: number;
  /** How many there are for us: affinity and the quotas of control groups count. */
  readonly processors: number;
  monotonic(): number;
  randomId(): string;
  jsonFlaw(bytes: Uint8Array): string | undefined;
  /** Continued from that of what came before, 0 at first. */
  crc32(bytes: Uint8Array, before: number): number;
  base64Encode(bytes: Uint8Array): string;
  base64Decode(text: string): Uint8Array | undefined;
  /** @throws SystemError */
  read(path: string): Uint8Array;
  /** @throws SystemError */
  readStart(path: string, bytes: number): Uint8Array;
  stat(path: string): { kind: 'file' | 'directory' | 'other'; executable: boolean } | undefined;
  list(path: string): string[];
  /** @throws SystemError */
  append(path: string, bytes: Uint8Array): void;
  /** Folders that are not there are left out. */
  watch(folders: readonly string[], onChange: () => void): { close(): void };
  readStdin(): Promise<Uint8Array>;
  /** To descriptor 1 or 2. Takes everything at once; a reader that stalls delays nobody but itself. */
  write(descriptor: number, content: Uint8Array | string): void;
  /** The code of the error that kept something written to descriptor 1 or 2 from getting out; waits a moment for the rest. */
  loss(descriptor: number): Promise<string | undefined>;
  /** From now on the signal does not end us, but calls back. */
  onSignal(signal: number, callback: () => void): void;
  /** Ends the runtimes and, once all that was written is out, the program. */
  exit(code: number): never;
  /** A head that is not whole `headMs` after its first byte ends its connection. @throws SystemError */
  listen(address: string, port: number, headMs: number, onRequest: (exchange: Exchange) => void): Promise<Listener>;
  /** @throws SystemError */
  connect(address: string, port: number): Promise<NativeConnection>;
  /** @throws SystemError */
  spawn(order: ChildOrder, onBytes: OnBytes, onExit: OnExit): Child;
}

/** An error of the system's: `words` are those of strerror in lower case. */
export interface SystemError extends Error {
  readonly code: string;
  readonly words: string;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Stops listening; answers that are being written have so long to reach their clients. */
  stop(withinMs: number): Promise<void>;
}

export interface Exchange {
  readonly method: string;
  /** The path and the query as sent. */
  readonly target: string;
  readonly peer: string;
  header(lowerCaseName: string): string | undefined;
  /** Every line: its name in lower case, and its value. */
  headers(): [string, string][];
  trailer(lowerCaseName: string): string | undefined;
  /** The body's next bytes. Rejects when the peer is gone before its end. */
  next(): Promise<IteratorResult<Uint8Array>>;
  /** The whole body, or how many bytes it had when they were more than the limit. Rejects like `next`. */
  gather(limitBytes: number): Promise<Uint8Array | number>;
  /** Reads what is left of the body. */
  drain(): void;
  send(status: number, headers: HttpHeaders, body: Uint8Array | string): void;
  stream(status: number, headers: HttpHeaders): ExchangeStream;
  /** Breaks the connection when an answer has begun and is not whole; tells whether one had begun. */
  breakOff(): boolean;
  onHangUp(callback: () => void): void;
}

export interface ExchangeStream {
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  abort(): void;
}

/** One of ours to somebody else. */
export interface NativeConnection {
  /** Resolves when the peer can take more; rejects when it is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** What comes next. Rejects when the connection breaks. */
  next(): Promise<IteratorResult<Uint8Array>>;
  close(): void;
}

export interface ChildOrder {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly frames: boolean;
  readonly telemetryLog: boolean;
}

/** With the number of the descriptor that the runtime wrote to. */
export type OnBytes = (descriptor: number, bytes: Uint8Array) => void;
/** With the exit status, or else the number of the signal. */
export type OnExit = (code: number | undefined, signal: number | undefined) => void;

export interface Child {
  readonly pid: number;
  sendFrame(pieces: readonly Uint8Array[]): void;
  /** Hands over everything that the runtime has written so far, once answers have been written. */
  drain(): Promise<void>;
  /** Of the process and its descendants, in bytes, now; undefined when it is gone. */
  memory(): number | undefined;
  terminate(): void;
  kill(): void;
}

export const { lambdaBootstrapsNative: native } = globalThis as unknown as { lambdaBootstrapsNative: Native };
