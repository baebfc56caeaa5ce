import { concatBytes } from '../bytes.ts';

/**
 * Cuts what the official clients write to `_LAMBDA_TELEMETRY_LOG_FD` into records. A record is u32 type, u32 length,
 * then a u64 timestamp if bit 1 of the type says so (old clients write none), then the message; big-endian.
 */
export class TelemetryLogReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** The messages that are whole by now. Bytes that are no record are handed on as they are: a log loses nothing. */
  push(chunk: Uint8Array): Uint8Array[] {
    let bytes =
      this.#pending.length > 0 ? concatBytes([this.#pending, chunk], this.#pending.length + chunk.length) : chunk;
    const messages: Uint8Array[] = [];
    while (bytes.length > 0) {
      if (!magic.every((byte, index) => index >= bytes.length || bytes[index] === byte)) {
        messages.push(bytes);
        bytes = bytes.subarray(bytes.length);
      }
      if (bytes.length < typeAndLengthBytes) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const type = view.getUint32(0);
      const headBytes = (type & timestampBit) !== 0 ? typeAndLengthBytes + 8 : typeAndLengthBytes;
      const end = headBytes + view.getUint32(4);
      if (bytes.length < end) break;
      messages.push(bytes.subarray(headBytes, end));
      bytes = bytes.subarray(end);
    }
    this.#pending = bytes;
    return messages;
  }
}

const typeAndLengthBytes = 8;
/** How every type begins. */
const magic = [0xa5, 0x5a] as const;
const timestampBit = 0b10;
