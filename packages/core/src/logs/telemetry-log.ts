import { concatBytes } from '../bytes.ts';

/**
 * Cuts what the official clients write to `_LAMBDA_TELEMETRY_LOG_FD` into records. A record is u32 type, u32 length,
 * then a u64 timestamp if bit 1 of the type says so (old clients write none), then the message; big-endian.
 */
export class TelemetryLogReader {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** The messages that are whole by now. Bytes that are no record are handed on as they are: a log loses nothing. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: Uint8Array[] = [];
    while (this.#bytes > 0) {
      const head = this.#head();
      if (!couldBeRecord(head)) {
        messages.push(this.#take(this.#bytes));
      } else {
        const whole = recordBytes(head);
        if (whole === undefined || this.#bytes < whole.end) break;
        messages.push(this.#take(whole.end).subarray(whole.start));
      }
    }
    return messages;
  }

  /** The first bytes, joined if they came in pieces. A long message is joined once, when it is whole. */
  #head(): Uint8Array {
    if (this.#chunks[0]!.length < typeAndLengthBytes) this.#chunks = [concatBytes(this.#chunks, this.#bytes)];
    return this.#chunks[0]!.subarray(0, typeAndLengthBytes);
  }

  #take(bytes: number): Uint8Array {
    const whole = concatBytes(this.#chunks, this.#bytes);
    this.#bytes -= bytes;
    this.#chunks = this.#bytes > 0 ? [whole.subarray(bytes)] : [];
    return whole.subarray(0, bytes);
  }
}

const typeAndLengthBytes = 8;
const magic = [0xa5, 0x5a, 0x00];
const timestampBit = 0b10;

/** A length beyond this is none of a client's: what follows is no record, and must not be waited for. */
const sanityLimitBytes = 1 << 28;

/** Whether this begins a record, or may once there is more of it. */
function couldBeRecord(head: Uint8Array): boolean {
  if (magic.some((byte, index) => index < head.length && head[index] !== byte)) return false;
  return head.length < typeAndLengthBytes || viewOf(head).getUint32(4) <= sanityLimitBytes;
}

function recordBytes(head: Uint8Array): { readonly start: number; readonly end: number } | undefined {
  if (head.length < typeAndLengthBytes) return undefined;
  const view = viewOf(head);
  const start = (view.getUint32(0) & timestampBit) !== 0 ? typeAndLengthBytes + 8 : typeAndLengthBytes;
  return { start, end: start + view.getUint32(4) };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
