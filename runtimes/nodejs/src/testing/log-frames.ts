const frameMarks: Readonly<Record<number, number>> = { 1: 8, 3: 16 };

/** Cuts the bytes of `_LAMBDA_TELEMETRY_LOG_FD` into messages; 1.x and 2.x write a head without the time. */
export class LogFrameReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): string[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const messages: string[] = [];
    for (;;) {
      if (this.#bytes.length < 8) return messages;
      const type = this.#bytes.readUInt32BE(0);
      const headBytes = frameMarks[type & 3];
      if (type >>> 16 !== 0xa55a || !headBytes) throw new Error(`a log frame of the unknown type ${type.toString(16)}`);
      const frameBytes = headBytes + this.#bytes.readUInt32BE(4);
      if (this.#bytes.length < frameBytes) return messages;
      messages.push(this.#bytes.toString('utf8', headBytes, frameBytes));
      this.#bytes = this.#bytes.subarray(frameBytes);
    }
  }
}
