import { writeSync } from 'node:fs';
import { frameKinds, headBytes, lengthBytes } from './frame-kinds.ts';
import { pause } from './pause.ts';

const idLengthBytes = 2;
const causeLengthBytes = 4;

/** Writes frames, each whole before it returns: the native module posts synchronously, and process.exit may follow. */
export class FrameWriter {
  constructor(private readonly descriptor: number) {}

  /** @throws Error when the peer is gone. */
  next(): void {
    writeAll(this.descriptor, newFrame(frameKinds.next, 0));
  }

  /** @throws Error when the peer is gone. */
  response(requestId: string, payload: string): void {
    const idBytes = Buffer.byteLength(requestId);
    const frame = newFrame(frameKinds.response, idLengthBytes + idBytes + Buffer.byteLength(payload));
    let offset = frame.writeUInt16BE(idBytes, headBytes);
    offset += frame.write(requestId, offset);
    frame.write(payload, offset);
    writeAll(this.descriptor, frame);
  }

  /** @throws Error when the peer is gone. */
  error(requestId: string, payload: string, xrayCause: string): void {
    const idBytes = Buffer.byteLength(requestId);
    const causeBytes = Buffer.byteLength(xrayCause);
    const bodyBytes = idLengthBytes + idBytes + causeLengthBytes + causeBytes + Buffer.byteLength(payload);
    const frame = newFrame(frameKinds.error, bodyBytes);
    let offset = frame.writeUInt16BE(idBytes, headBytes);
    offset += frame.write(requestId, offset);
    offset = frame.writeUInt32BE(causeBytes, offset);
    offset += frame.write(xrayCause, offset);
    frame.write(payload, offset);
    writeAll(this.descriptor, frame);
  }
}

function newFrame(kind: number, bodyBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + bodyBytes);
  frame.writeUInt32BE(1 + bodyBytes, 0);
  frame.writeUInt8(kind, lengthBytes);
  return frame;
}

function writeAll(descriptor: number, bytes: Buffer): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
    } catch (error) {
      // A peer may have handed over a non-blocking descriptor; it takes more once it was read from.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}
