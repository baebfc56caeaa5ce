import { Socket } from 'node:net';
import { frameKinds, headBytes, lengthBytes } from './frame-kinds.ts';

/** Frames that fit are parsed where they arrived; a longer one is read straight into a buffer of its own. */
const arrivalBytes = 64 * 1024;

export interface FrameListener {
  onInvoke(body: Buffer): void;
  /** The peer closed, or broke the wire. Called once. */
  onLost(): void;
}

/**
 * Reads INVOKE frames while the event loop runs. It keeps the loop alive only between ref() and unref().
 * `onread` instead of 'data' events: no copy, and no next tick that would show in the stack traces of handlers.
 */
export class AsyncFrameReader {
  private readonly arrival = Buffer.allocUnsafe(arrivalBytes);
  private frame: Buffer | undefined;
  private filled = 0;
  private lost = false;
  private readonly socket: Socket;

  constructor(
    descriptor: number,
    private readonly listener: FrameListener,
  ) {
    this.socket = new Socket({
      fd: descriptor,
      readable: true,
      writable: false,
      onread: { buffer: () => this.space(), callback: (bytes: number) => this.arrived(bytes) },
    } as ConstructorParameters<typeof Socket>[0]);
    const onLost = () => this.lose();
    this.socket.on('error', onLost).on('end', onLost).on('close', onLost);
    this.socket.unref();
  }

  ref(): void {
    this.socket.ref();
  }

  unref(): void {
    this.socket.unref();
  }

  /** Where the next bytes go: behind what has come of the frame under way. */
  private space(): Buffer {
    return (this.frame || this.arrival).subarray(this.filled);
  }

  private arrived(bytes: number): boolean {
    this.filled += bytes;
    if (this.frame) {
      if (this.filled === this.frame.length) this.finishFrame(this.frame);
    } else {
      this.cutArrival();
    }
    return !this.lost;
  }

  private finishFrame(frame: Buffer): void {
    this.frame = undefined;
    this.filled = 0;
    this.deliver(frame);
  }

  private cutArrival(): void {
    let start = 0;
    while (this.filled - start >= headBytes) {
      const frameBytes = lengthBytes + this.arrival.readUInt32BE(start);
      if (this.filled - start < frameBytes) {
        if (frameBytes > arrivalBytes) {
          this.frame = Buffer.allocUnsafe(frameBytes);
          this.filled = this.arrival.copy(this.frame, 0, start, this.filled);
          return;
        }
        break;
      }
      this.deliver(this.arrival.subarray(start, start + frameBytes));
      start += frameBytes;
    }
    this.arrival.copyWithin(0, start, this.filled);
    this.filled -= start;
  }

  private deliver(frame: Buffer): void {
    if (frame[lengthBytes] === frameKinds.invoke) this.listener.onInvoke(frame.subarray(headBytes));
    else this.lose();
  }

  private lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.listener.onLost();
  }
}
