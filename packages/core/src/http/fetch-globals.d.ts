// The Fetch standard's types, as far as fetch-handler.ts needs them. Of all hosts Node.js has them, and it is used there
// alone. No module imports this file: programs see their own types in these places.

interface Headers extends Iterable<[string, string]> {
  get(name: string): string | null;
  append(name: string, value: string): void;
}
declare var Headers: { new (): Headers };

interface ReadableStreamDefaultController<Chunk> {
  readonly desiredSize: number | null;
  enqueue(chunk: Chunk): void;
  close(): void;
  error(error: unknown): void;
}
interface ReadableStream<Chunk = unknown> {
  getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Chunk }>; releaseLock(): void };
}
declare var ReadableStream: {
  new <Chunk>(source: {
    start?(controller: ReadableStreamDefaultController<Chunk>): void;
    pull?(controller: ReadableStreamDefaultController<Chunk>): void;
    cancel?(): void;
  }): ReadableStream<Chunk>;
};

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal;
}
interface Response {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}
declare var Response: {
  new (
    body: Uint8Array | string | ReadableStream<Uint8Array> | null,
    init: { readonly status: number; readonly headers: Headers },
  ): Response;
};
