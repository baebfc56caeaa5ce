import { readSync } from 'node:fs';
import { frameKinds, headBytes, lengthBytes } from './frame-kinds.ts';
import { pause } from './pause.ts';

/** Reads one INVOKE frame at a time and blocks meanwhile. It takes no byte beyond the frame. */
export class BlockingFrameReader {
  constructor(private readonly descriptor: number) {}

  /** @throws Error when the peer closed, or broke the wire. */
  invoke(): Buffer {
    const head = this.readExactly(headBytes);
    if (head[lengthBytes] !== frameKinds.invoke) throw new Error(`a frame of the unknown kind ${head[lengthBytes]}`);
    return this.readExactly(head.readUInt32BE(0) - 1);
  }

  private readExactly(bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes);
    let filled = 0;
    while (filled < bytes) {
      const read = this.readSome(buffer, filled);
      if (read === 0) throw new Error('the peer has closed the frame transport');
      filled += read;
    }
    return buffer;
  }

  private readSome(buffer: Buffer, filled: number): number {
    for (;;) {
      try {
        return readSync(this.descriptor, buffer, filled, buffer.length - filled, null);
      } catch (error) {
        // A peer may have handed over a non-blocking descriptor.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        pause();
      }
    }
  }
}
