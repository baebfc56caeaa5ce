import { concatBytes, encodeText } from '../bytes.ts';
import type { LifecycleSink } from '../lifecycle.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createLog } from './create-log.ts';
import { OwnLines } from './own-lines.ts';

/** What the service gives back of an invocation's log ("Invoke", LogType Tail). */
const tailBytes = 4_096;

/** The end of one invocation's log, START and REPORT included, and nothing of another's. */
export class LogTail {
  readonly stop: () => void;
  readonly #requestId: string;
  readonly #log: LifecycleSink;
  #environmentId: string | undefined;
  #chunks: Uint8Array[] = [];
  #byteLength = 0;

  private constructor(sandbox: Sandbox, requestId: string) {
    this.#requestId = requestId;
    const ownLines = sandbox.config.maxConcurrency > 1 ? new OwnLines(requestId) : undefined;
    this.#log = createLog(sandbox.config, {
      writeLine: (line) => this.#keep(encodeText(`${line}\n`)),
      writeOutput: (stream, bytes) => this.#keep(ownLines ? ownLines.push(stream, bytes) : bytes),
    });
    this.stop = sandbox.subscribe((event) => {
      if (!('environmentId' in event)) return;
      if ('requestId' in event && event.requestId === requestId) this.#environmentId = event.environmentId;
      const isOurs = 'requestId' in event ? event.requestId === this.#requestId : event.type === 'log';
      if (isOurs && event.environmentId === this.#environmentId) this.#log(event);
    });
  }

  /** Starts to listen; `stop` when the invocation is over. */
  static of(sandbox: Sandbox, requestId: string): LogTail {
    return new LogTail(sandbox, requestId);
  }

  bytes(): Uint8Array {
    const whole = concatBytes(this.#chunks, this.#byteLength);
    return whole.subarray(Math.max(0, whole.length - tailBytes));
  }

  #keep(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#byteLength += bytes.length;
    // Compacted now and then, so that a talkative function costs no memory.
    if (this.#byteLength < 16 * tailBytes) return;
    this.#chunks = [this.bytes().slice()];
    this.#byteLength = this.#chunks[0]!.length;
  }
}
