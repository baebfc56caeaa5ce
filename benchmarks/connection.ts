import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const headEnd = '\r\n\r\n';
const lastChunk = '0\r\n\r\n';

/** The connection broke before an answer was whole; `code` as the system has it, for example ECONNRESET. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code: string;

  constructor(code: string, receivedBytes: number) {
    super(`${code} after ${receivedBytes} bytes of the answer`);
    this.code = code;
  }
}

export interface Answer {
  readonly head: string;
  /** As it came, chunked or not; its pieces begin with the head. */
  readonly pieces: readonly Buffer[];
}

/** An HTTP client with one connection that stays open. Bare, so that what is measured is not the client. */
export class Connection {
  readonly #socket: Socket;
  #received: (chunk: Buffer) => void = () => undefined;
  #lost: (code: string) => void = () => undefined;
  #lostBy: string | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const lose = (code: string): void => {
      this.#lostBy ??= code;
      this.#lost(code);
    };
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => lose(error.code ?? error.message));
    socket.on('close', () => lose('closed by the server'));
  }

  /** @throws Error where nobody listens */
  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return new Connection(socket);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Resolves at the answer's last byte. One request at a time. @throws ConnectionLost */
  request(method: 'GET' | 'POST', path: string, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let [received, head, bodyLength] = [0, '', 0];
      this.#lost = (code) => reject(new ConnectionLost(code, received));
      if (this.#lostBy !== undefined) return this.#lost(this.#lostBy);
      this.#received = (piece) => {
        pieces.push(piece);
        received += piece.length;
        if (head === '') {
          head = headOf(pieces);
          bodyLength = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN);
        }
        if (head !== '' && isWhole(pieces, received - head.length, bodyLength)) resolve({ head, pieces });
      };
      this.#socket.cork();
      this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}${headEnd}`);
      this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  close(): void {
    this.#lost = () => undefined;
    this.#socket.destroy();
  }
}

/** With the empty line behind it; '' while it is not whole. */
function headOf(pieces: readonly Buffer[]): string {
  const text = Buffer.concat(pieces).toString('latin1');
  const end = text.indexOf(headEnd);
  return end < 0 ? '' : text.slice(0, end + headEnd.length);
}

/** A body without a length comes in chunks, of which the last one is empty. */
function isWhole(pieces: readonly Buffer[], byteLength: number, expected: number): boolean {
  if (!Number.isNaN(expected)) return byteLength >= expected;
  return Buffer.concat(pieces.slice(-2)).toString('latin1').endsWith(lastChunk);
}
