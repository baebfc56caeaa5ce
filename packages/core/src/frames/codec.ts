/**
 * The frame transport's wire, spoken between the core and the mocked native modules:
 *
 *     frame      = u32 length, u8 kind, body             (length counts kind and body; all numbers big-endian)
 *     INVOKE     = u32 n, n bytes of JSON, payload       core to runtime; the JSON is an object of the headers of /next
 *     NEXT       = nothing                               runtime to core
 *     RESPONSE   = u16 n, n bytes of request id, payload runtime to core
 *     ERROR      = u16 n, request id, u32 m, m bytes of the X-Ray cause (may be none), payload   runtime to core
 *
 * It carries what the native module carries and nothing else: everything other goes by HTTP, as in the official clients.
 */
import { concatBytes, decodeText, encodeText } from '../bytes.ts';
import { deliveryHeaders } from '../runtime-api/delivery-headers.ts';
import type { Delivery } from '../sandbox/runtime-port.ts';

export const frameKinds = { invoke: 1, next: 2, response: 3, error: 4 } as const;

const lengthBytes = 4;
const headBytes = lengthBytes + 1;
/** A frame longer than this is nonsense: the largest honest one is an answer just over its limit. */
const sanityLimitBytes = 1 << 30;

export type RuntimeFrame =
  | { readonly kind: 'next' }
  | { readonly kind: 'response'; readonly requestId: string; readonly payload: Uint8Array }
  | { readonly kind: 'error'; readonly requestId: string; readonly xrayCause: string; readonly payload: Uint8Array };

/** The pieces of an INVOKE frame, head first, so that a large payload is not copied. */
export function encodeInvoke(delivery: Delivery): readonly Uint8Array[] {
  const { payload } = delivery.invocation;
  const headers = encodeText(JSON.stringify(deliveryHeaders(delivery)));
  const head = new Uint8Array(headBytes + 4 + headers.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, 1 + 4 + headers.length + payload.length);
  view.setUint8(lengthBytes, frameKinds.invoke);
  view.setUint32(headBytes, headers.length);
  head.set(headers, headBytes + 4);
  return [head, payload];
}

/** Cuts a byte stream from a runtime into frames. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /**
   * Takes bytes as they come and gives the frames that are whole by now.
   * @throws Error when the bytes are no frames; the stream cannot be used any more.
   */
  push(chunk: Uint8Array): RuntimeFrame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: RuntimeFrame[] = [];
    while (this.#bytes >= headBytes) {
      const length = this.#peekLength();
      if (length < 1 || length > sanityLimitBytes) throw new Error(`a frame of ${length} bytes`);
      if (this.#bytes < lengthBytes + length) break;
      frames.push(parseFrame(this.#take(lengthBytes + length).subarray(lengthBytes)));
    }
    return frames;
  }

  #peekLength(): number {
    if (this.#chunks[0]!.length < headBytes) this.#chunks = [concatBytes(this.#chunks, this.#bytes)];
    const first = this.#chunks[0]!;
    return new DataView(first.buffer, first.byteOffset, first.length).getUint32(0);
  }

  #take(bytes: number): Uint8Array {
    const whole = concatBytes(this.#chunks, this.#bytes);
    this.#bytes -= bytes;
    this.#chunks = this.#bytes > 0 ? [whole.subarray(bytes)] : [];
    return whole.subarray(0, bytes);
  }
}

function parseFrame(frame: Uint8Array): RuntimeFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const kind = view.getUint8(0);
  if (kind === frameKinds.next) return { kind: 'next' };
  if (kind !== frameKinds.response && kind !== frameKinds.error) throw new Error(`a frame of the unknown kind ${kind}`);
  let offset = 1;
  const requestId = decodeText(readField(2));
  if (kind === frameKinds.response) return { kind: 'response', requestId, payload: frame.subarray(offset) };
  const xrayCause = decodeText(readField(4));
  return { kind: 'error', requestId, xrayCause, payload: frame.subarray(offset) };

  /** A field led by its own length, which takes `width` bytes. */
  function readField(width: 2 | 4): Uint8Array {
    if (offset + width > frame.length) throw new Error('a frame that ends inside its head');
    const start = offset + width;
    const end = start + (width === 2 ? view.getUint16(offset) : view.getUint32(offset));
    if (end > frame.length) throw new Error('a frame that ends inside its head');
    offset = end;
    return frame.subarray(start, end);
  }
}
