/**
 * What the core needs from the program it lives in. Each host (Node, LLRT, a test's memory) implements this and
 * nothing of Lambda; the core never imports anything of a host.
 */
export interface Host {
  readonly clock: Clock;
  readonly http: HttpServers;
  readonly tcp: TcpClients;
  readonly files: Files;
  readonly json: JsonCodec;
  readonly base64: Base64Codec;
  /** A fresh version 4 UUID, lower case. */
  randomId(): string;
  /** `x64`, `arm64`: the names of Node's `process.arch`. */
  readonly architecture: string;
  /** Whether this program is process 1: the container that it runs in is its own. */
  readonly isInit: boolean;
}

export interface Clock {
  /** Milliseconds since 1970, for people and deadlines. */
  now(): number;
  /** Milliseconds that never jump, for durations. */
  monotonic(): number;
  /** Calls back once after `ms`. The callback never runs inside this call. */
  timer(ms: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

export interface HttpServers {
  /** Opens a listener. @throws LambdaBootstrapsError ERR_PORT_IN_USE and its neighbours, naming `source`. */
  listen(options: ListenOptions, handler: HttpHandler): Promise<HttpServer>;
}

export interface ListenOptions {
  readonly address: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The flag or variable that chose the port, for error messages. */
  readonly source: string;
  /** The one that chose the address, if it is another. */
  readonly addressSource?: string;
}

export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** Stops listening and closes every connection; answers under way are cut off. */
  close(): Promise<void>;
  /** Stops listening, lets answers that are being written reach their clients for a moment, and closes. */
  stop(): Promise<void>;
}

/** May return a promise; a rejection is answered with 500 by the host and never ends the server. */
export type HttpHandler = (request: HttpRequest, reply: HttpReply) => void | Promise<void>;

export interface HttpRequest {
  readonly method: string;
  /** The path as sent, before any `?`. */
  readonly path: string;
  /** What follows the first `?`, or ''. */
  readonly query: string;
  /** The peer's address, for example `127.0.0.1` or `::1`. */
  readonly peer: string;
  /** One header by its lower-case name; repeated ones are joined by `, `. */
  header(lowerCaseName: string): string | undefined;
  /** Every line of the head: its name in lower case, and its value. Repeated ones stay apart. */
  headers(): Iterable<readonly [string, string]>;
  /**
   * The body's chunks as they come. Ends normally only when the body is whole.
   * @throws Error when the peer goes away before the end.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * The whole body, or the number of its bytes when they are more than `limitBytes`: a longer one is read to its end and
   * not kept. For hosts that do this with fewer copies than `chunks` would cost.
   * @throws Error when the peer goes away before the end.
   */
  gather?(limitBytes: number): Promise<Uint8Array | number>;
  /** A trailer by its lower-case name, once the body has ended. */
  trailer(lowerCaseName: string): string | undefined;
}

/** A list of values is sent as a line of each: Set-Cookie cannot be joined. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface HttpReply {
  /** Sends a whole answer in one write. Does nothing when the peer is gone or an answer was sent before. */
  send(status: number, headers: HttpHeaders, body: Uint8Array | string): void;
  /** Starts an answer whose length is not yet known. */
  stream(status: number, headers: HttpHeaders): HttpReplyStream;
  /**
   * Calls back when the peer closes its side, or the connection breaks, before an answer was sent. What the callback does
   * not answer is closed.
   */
  onHangUp(callback: () => void): void;
}

export interface HttpReplyStream {
  /** Resolves when the peer can take more; rejects when it is gone. */
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  /** Breaks the connection so that the peer sees an incomplete answer. */
  abort(): void;
}

export interface TcpClients {
  /** Opens a connection. @throws Error with a `code` such as ECONNREFUSED. */
  connect(address: string, port: number): Promise<TcpConnection>;
}

export interface TcpConnection {
  /** Resolves when the peer can take more; rejects when it is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** What the peer sends, as it comes, until it ends. @throws Error when the connection breaks. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Closes both ways, at once. */
  close(): void;
}

export interface Files {
  /** @throws Error with a `code` such as ENOENT. */
  read(path: string): Promise<Uint8Array>;
  /** The first `bytes` of a file. @throws Error with a `code` such as ENOENT. */
  readStart(path: string, bytes: number): Promise<Uint8Array>;
  /** What is at the path, or undefined when nothing is or it cannot be seen. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** Names in a directory; empty when it cannot be read. */
  list(path: string): Promise<readonly string[]>;
  /** @throws Error with a `code` such as EACCES, also when there is no such file. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Calls back for each change below the folders, from when it resolves; folders that are not there are left out. */
  watch(folders: readonly string[], onChange: () => void): Promise<FileWatch>;
}

export interface FileWatch {
  close(): Promise<void>;
}

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  /** Whether this user may execute it. */
  readonly executable: boolean;
}

export interface JsonCodec {
  /** Why these bytes are not one JSON text in UTF-8, or undefined when they are. */
  flaw(bytes: Uint8Array): string | undefined;
}

export interface Base64Codec {
  encode(bytes: Uint8Array): string;
  /** The bytes, or undefined when the text is not base64 (standard alphabet, padding optional). */
  decode(text: string): Uint8Array | undefined;
}
