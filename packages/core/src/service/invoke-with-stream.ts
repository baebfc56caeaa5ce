import type { ResponseSink } from '../function/invocation.ts';
import { type InvokeTarget, makeInvocation, runInvocation } from './invoke.ts';
import type { InvokeOptions, InvokeResult } from './local-sandbox.ts';

/**
 * An answer while it is made. A function that streams is held back until its chunks are read; who wants no more of them
 * leaves the iteration, and the function runs on. An answer that is not streamed comes as one chunk.
 */
export interface InvokeStream extends AsyncIterable<Uint8Array> {
  readonly requestId: string;
  /** Resolves before the first chunk: the content type that the function gave, for answers that are streamed. */
  readonly contentType: Promise<string | undefined>;
  /** How it ended; `payload` is what was not streamed: an error, or nothing. Rejects with what `invoke` throws. */
  readonly result: Promise<InvokeResult>;
}

export function invokeWithStream(
  target: InvokeTarget,
  event: unknown = {},
  options: Omit<InvokeOptions, 'sink'> = {},
): InvokeStream {
  const answer = new StreamedAnswer();
  const invocation = makeInvocation(target, event, { ...options, sink: answer });
  const result = runInvocation(target.sandbox, invocation, options);
  void result.then(
    (ended) => answer.end(ended.functionError ? undefined : ended.bytes),
    (error: unknown) => answer.fail(error),
  );
  return {
    requestId: invocation.requestId,
    contentType: answer.contentType,
    result,
    [Symbol.asyncIterator]: () => answer.chunks(),
  };
}

/** Hands chunks from the one who writes to the one who reads, one at a time. */
class StreamedAnswer implements ResponseSink {
  readonly contentType: Promise<string | undefined>;
  #tellContentType!: (contentType: string | undefined) => void;
  /** What was written and is not taken. */
  #offered: { readonly chunk: Uint8Array; readonly taken: () => void } | undefined;
  #end: { readonly error?: unknown } | undefined;
  #isUnwanted = false;
  #onChange: () => void = () => undefined;

  constructor() {
    this.contentType = new Promise((resolve) => {
      this.#tellContentType = resolve;
    });
  }

  begin({ contentType }: { readonly contentType: string | undefined }): void {
    this.#tellContentType(contentType);
  }

  async write(chunk: Uint8Array): Promise<void> {
    // A function that timed out may run on, and write.
    if (this.#isUnwanted || this.#end) return;
    await new Promise<void>((taken) => {
      this.#offered = { chunk, taken };
      this.#onChange();
    });
  }

  end(rest: Uint8Array | undefined): void {
    this.#tellContentType(undefined);
    if (rest && rest.length > 0 && !this.#isUnwanted) this.#offered = { chunk: rest, taken: () => undefined };
    this.#end = {};
    this.#onChange();
  }

  fail(error: unknown): void {
    this.#tellContentType(undefined);
    this.#end = { error };
    this.#onChange();
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const offered = this.#offered;
        this.#offered = undefined;
        if (offered) {
          offered.taken();
          yield offered.chunk;
        } else if (this.#end) {
          if ('error' in this.#end) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#onChange = resolve;
          });
        }
      }
    } finally {
      this.#isUnwanted = true;
      this.#offered?.taken();
    }
  }
}
