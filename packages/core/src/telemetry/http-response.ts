import { concatBytes } from '../bytes.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** A head or a chunk's size line that is longer is no answer. */
const longestHeadBytes = 65_536;

/** Reads one HTTP/1.1 answer: its status, and its body only to find where it ends (RFC 9112, 6.3). */
export class HttpResponseReader {
  #begun = new Uint8Array(0);
  #phase: 'head' | 'body' | 'until-close' | 'chunk-size' | 'chunk' | 'trailers' | 'whole' = 'head';
  /** Of the body, or of its chunk with the line end behind it. */
  #leftBytes = 0;
  #lines: string[] = [];
  #headBytes = 0;
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
    while (rest.length > 0 && this.#phase !== 'whole') {
      switch (this.#phase) {
        case 'until-close':
          return;
        case 'body':
        case 'chunk':
          rest = this.#skip(rest);
          break;
        default: {
          const end = rest.indexOf(lineFeed) + 1;
          this.#headBytes += end || rest.length - this.#begun.length;
          if (this.#headBytes > longestHeadBytes) throw new Error('its answer has no end of a head');
          if (end === 0) {
            this.#headBytes -= rest.length;
            this.#begun = rest.slice();
            if (rest.length > longestHeadBytes) throw new Error('its answer has no end of a head');
            return;
          }
          this.#line(latin1(rest.subarray(0, rest[end - 2] === carriageReturn ? end - 2 : end - 1)));
          rest = rest.subarray(end);
        }
      }
    }
    // More than was asked for: what comes next on this connection could not be told apart.
    if (rest.length > 0) this.#keepsAlive = false;
  }

  /** The peer has closed its side. @throws Error when the answer is not whole by that */
  end(): void {
    this.#keepsAlive = false;
    if (this.#phase !== 'until-close') throw new Error('the connection closed before the answer was complete');
    this.#phase = 'whole';
  }

  #skip(bytes: Uint8Array): Uint8Array {
    const taken = Math.min(this.#leftBytes, bytes.length);
    this.#leftBytes -= taken;
    if (this.#leftBytes === 0) this.#phase = this.#phase === 'body' ? 'whole' : 'chunk-size';
    return bytes.subarray(taken);
  }

  #line(line: string): void {
    switch (this.#phase) {
      case 'head':
        if (line !== '') this.#lines.push(line);
        else if (this.#lines.length > 0) this.#readHead(this.#lines.splice(0));
        return;
      case 'chunk-size': {
        const size = /^([0-9a-f]{1,8})\s*(;.*)?$/i.exec(line)?.[1];
        if (size === undefined) throw new Error('its answer has a chunk without a size');
        this.#leftBytes = Number.parseInt(size, 16);
        this.#phase = this.#leftBytes === 0 ? 'trailers' : 'chunk';
        this.#leftBytes += 2;
        this.#headBytes = 0;
        return;
      }
      case 'trailers':
        if (line === '') this.#phase = 'whole';
    }
  }

  #readHead([statusLine = '', ...fields]: readonly string[]): void {
    const [, minor, status] = /^HTTP\/1\.(\d) (\d{3})( |$)/.exec(statusLine) ?? [];
    if (status === undefined) throw new Error('its answer is no HTTP/1.1');
    this.#status = Number(status);
    this.#headBytes = 0;
    // 100 Continue and its like announce the answer.
    if (this.#status < 200) return;
    const field = (name: string): string =>
      fields
        .filter((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase() === name)
        .map((line) => line.slice(line.indexOf(':') + 1).trim().toLowerCase())
        .join(',');
    this.#keepsAlive = minor === '0' ? /\bkeep-alive\b/.test(field('connection')) : !/\bclose\b/.test(field('connection'));
    const length = field('content-length');
    if (this.#status === 204 || this.#status === 304) this.#phase = 'whole';
    else if (/\bchunked$/.test(field('transfer-encoding'))) this.#phase = 'chunk-size';
    else if (!/^\d{1,15}$/.test(length)) this.#phase = 'until-close';
    else {
      this.#leftBytes = Number(length);
      this.#phase = this.#leftBytes === 0 ? 'whole' : 'body';
    }
  }
}

/** Head fields are bytes; no more than visible ASCII is looked at. */
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
