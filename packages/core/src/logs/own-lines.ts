import { concatBytes, decodeText } from '../bytes.ts';

const newline = 10;
/** Longer ones are not kept until they end. */
const longestLineBytes = 1_048_576;

/**
 * Of what an environment writes while several invocations run in it, the lines of one: those that have its request id.
 * Managed instances log JSON only, and each record has the id.
 */
export class OwnLines {
  readonly #requestId: string;
  readonly #begun = { stdout: new Uint8Array(0), stderr: new Uint8Array(0) };

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  /** Takes bytes cut anywhere; gives whole lines with their ends. */
  push(stream: 'stdout' | 'stderr', bytes: Uint8Array): Uint8Array {
    const begun = this.#begun[stream];
    const text = concatBytes([begun, bytes], begun.length + bytes.length);
    const end = text.lastIndexOf(newline) + 1;
    const rest = text.slice(end);
    this.#begun[stream] = rest.length <= longestLineBytes ? rest : new Uint8Array(0);
    const own: Uint8Array[] = [];
    for (let start = 0; start < end; ) {
      const next = text.indexOf(newline, start) + 1;
      const line = text.subarray(start, next);
      if (decodeText(line).includes(this.#requestId)) own.push(line);
      start = next;
    }
    return concatBytes(
      own,
      own.reduce((sum, { length }) => sum + length, 0),
    );
  }
}
