import { concatBytes } from '../bytes.ts';
import type { ResponseSink } from '../function/invocation.ts';
import type { HttpReply, HttpReplyStream } from '../host.ts';
import { type AnswerHead, MalformedAnswer, type PayloadVersion } from './answer-head.ts';
import { findPrelude, preludeContentType, preludeLimitBytes, readPrelude } from './prelude.ts';

/** An answer that reaches the caller while the function makes it. A caller that went away is not waited for. */
export class StreamedAnswer implements ResponseSink {
  readonly #reply: HttpReply;
  readonly #version: PayloadVersion;
  /** What has come of a prelude that is not whole; none where there is no prelude to wait for. */
  #prelude: Uint8Array | undefined;
  #flaw: MalformedAnswer | undefined;
  #stream: HttpReplyStream | undefined;
  #begun = false;
  #over = false;

  constructor(reply: HttpReply, version: PayloadVersion) {
    this.#reply = reply;
    this.#version = version;
  }

  /** Whether the function streams: its answer is not in the outcome. */
  get begun(): boolean {
    return this.#begun;
  }

  begin({ contentType }: { readonly contentType: string | undefined }): void {
    this.#begun = true;
    if (this.#over) return;
    if (contentType === preludeContentType) this.#prelude = new Uint8Array(0);
    else this.#open({ status: 200, headers: { 'content-type': contentType ?? 'application/octet-stream' } });
  }

  async write(chunk: Uint8Array): Promise<void> {
    const body = this.#prelude ? this.#afterPrelude(this.#prelude, chunk) : chunk;
    if (body.length > 0) await this.#stream?.write(body);
  }

  /** The function is done. @throws MalformedAnswer when there was nothing that a caller could be sent */
  end(): void {
    if (!this.#stream) throw this.#flaw ?? new MalformedAnswer('its prelude has no end: eight zeros are missing');
    this.#stream.end();
    this.#stream = undefined;
  }

  /** The function failed. Tells whether the caller had a part of the answer, and now sees that it is not whole. */
  breakOff(): boolean {
    const had = this.#stream !== undefined;
    this.#stream?.abort();
    // The function that timed out may run on, and write.
    this.#over = true;
    this.#stream = undefined;
    this.#prelude = undefined;
    return had;
  }

  /** What of the body is in the chunk. */
  #afterPrelude(before: Uint8Array, chunk: Uint8Array): Uint8Array {
    const bytes = concatBytes([before, chunk], before.length + chunk.length);
    const found = findPrelude(bytes);
    if (found) {
      this.#prelude = undefined;
      try {
        this.#open(readPrelude(bytes.subarray(0, found.end), this.#version));
      } catch (error) {
        if (!(error instanceof MalformedAnswer)) throw error;
        this.#flaw = error;
      }
      return bytes.subarray(found.bodyAt);
    }
    this.#prelude = bytes.length < preludeLimitBytes ? bytes : undefined;
    return new Uint8Array(0);
  }

  #open({ status, headers }: AnswerHead): void {
    this.#stream = this.#reply.stream(status, headers);
  }
}
