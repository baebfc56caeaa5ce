import { concatBytes } from '../bytes.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** A head that is longer is no subscriber's. */
const longestHeadBytes = 16_384;

/** Reads one HTTP/1.1 answer: its status, and its body only to find where it ends (RFC 9112, 6.3). */
export class HttpResponseReader {
  #phase: 'head' | 'body' | 'until-close' | 'chunk-size' | 'chunk' | 'trailers' | 'whole' = 'head';
  /** A line that has not ended. */
  #begun: Uint8Array = new Uint8Array(0);
  #lines: string[] = [];
  #headBytes = 0;
  /** Of the body, or of a chunk and the line end behind it. */
  #leftBytes = 0;
  #status = 0;
  #keepsAlive = false;
  #hasBegun = false;

  get status(): number {
    return this.#status;
  }

  get isWhole(): boolean {
    return this.#phase === 'whole';
  }

  /** Whether a byte came. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the connection may be used for another exchange. */
  get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  /** @throws Error when this is no HTTP */
  push(chunk: Uint8Array): void {
    this.#hasBegun ||= chunk.length > 0;
    let rest = concatBytes([this.#begun, chunk], this.#begun.length + chunk.length);
    this.#begun = new Uint8Array(0);
    while (rest.length > 0 && !this.isWhole) rest = this.#step(rest);
    // More than was asked for: what comes next on this connection could not be told apart.
    if (rest.length > 0) this.#keepsAlive = false;
  }

  /** The peer has closed its side. @throws Error when the answer is not whole by that */
  end(): void {
    this.#keepsAlive = false;
    if (this.#phase !== 'until-close') throw new Error('the connection closed before the answer was complete');
    this.#phase = 'whole';
  }

  /** Reads some of the bytes; gives what is left of them. */
  #step(bytes: Uint8Array): Uint8Array {
    switch (this.#phase) {
      case 'until-close':
        return new Uint8Array(0);
      case 'body':
      case 'chunk':
        return this.#skip(bytes);
      default:
        return this.#readLine(bytes);
    }
  }

  #skip(bytes: Uint8Array): Uint8Array {
    const taken = Math.min(this.#leftBytes, bytes.length);
    this.#leftBytes -= taken;
    if (this.#leftBytes === 0) this.#phase = this.#phase === 'body' ? 'whole' : 'chunk-size';
    return bytes.subarray(taken);
  }

  #readLine(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(lineFeed) + 1;
    if (this.#headBytes + (end || bytes.length) > longestHeadBytes) throw new Error('its answer has an endless head');
    if (end === 0) {
      this.#begun = bytes.slice();
      return new Uint8Array(0);
    }
    this.#headBytes += end;
    this.#take(latin1(bytes.subarray(0, bytes[end - 2] === carriageReturn ? end - 2 : end - 1)));
    return bytes.subarray(end);
  }

  #take(line: string): void {
    switch (this.#phase) {
      case 'head':
        if (line !== '') this.#lines.push(line);
        else if (this.#lines.length > 0) this.#readHead(this.#lines.splice(0));
        return;
      case 'chunk-size':
        return this.#readChunkSize(line);
      default:
        if (line === '') this.#phase = 'whole';
    }
  }

  #readChunkSize(line: string): void {
    const size = /^([0-9a-f]{1,8})[ \t]*(;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new Error('its answer has a chunk without a size');
    this.#headBytes = 0;
    this.#leftBytes = Number.parseInt(size, 16) + lineEndBytes;
    this.#phase = this.#leftBytes === lineEndBytes ? 'trailers' : 'chunk';
  }

  #readHead([statusLine = '', ...fields]: readonly string[]): void {
    const [, minor, status] = /^HTTP\/1\.(\d) (\d{3})( |$)/.exec(statusLine) ?? [];
    if (status === undefined) throw new Error('its answer is no HTTP/1.1');
    this.#status = Number(status);
    this.#headBytes = 0;
    // 100 Continue and its like announce the answer.
    if (this.#status < 200) return;
    const connection = fieldOf(fields, 'connection');
    this.#keepsAlive = minor === '0' ? /\bkeep-alive\b/.test(connection) : !/\bclose\b/.test(connection);
    const length = fieldOf(fields, 'content-length');
    if (this.#status === 204 || this.#status === 304) {
      this.#phase = 'whole';
    } else if (/\bchunked$/.test(fieldOf(fields, 'transfer-encoding'))) {
      this.#phase = 'chunk-size';
    } else if (/^\d{1,15}$/.test(length)) {
      this.#leftBytes = Number(length);
      this.#phase = this.#leftBytes === 0 ? 'whole' : 'body';
    } else {
      this.#phase = 'until-close';
    }
  }
}

const lineEndBytes = 2;

/** A field's values, joined by commas, in lower case; '' without any. */
const fieldOf = (fields: readonly string[], name: string): string =>
  fields
    .map((line) => line.toLowerCase().split(/:(.*)/s))
    .filter(([key]) => key?.trim() === name)
    .map(([, value = '']) => value.trim())
    .join(',');

/** Fields are bytes; those that matter are ASCII. */
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
