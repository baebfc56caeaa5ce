import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const headEnd = '\r\n\r\n';
const lastChunk = '0\r\n\r\n';

/** A caller of the Invoke API with one connection that stays open. Bare, so that what is measured is not the client. */
export class Connection {
  readonly #socket: Socket;
  #received: (chunk: Buffer) => void = () => undefined;
  #broke: (error: Error) => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', (error) => this.#broke(error));
    socket.on('close', () => this.#broke(new Error('The server closed the connection')));
  }

  /** Tries until there is a listener. @throws Error after 30 seconds without one */
  static async open(port: number): Promise<Connection> {
    const giveUpAt = performance.now() + 30_000;
    for (;;) {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return new Connection(socket);
      } catch (error) {
        socket.destroy();
        if (performance.now() > giveUpAt) throw error;
        await sleep(1);
      }
    }
  }

  /** Invokes the function, and resolves at the answer's last byte. @throws Error for an answer that is no success */
  invoke(payload: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let [received, head, bodyLength] = [0, '', 0];
      this.#broke = reject;
      this.#received = (chunk) => {
        chunks.push(chunk);
        received += chunk.length;
        if (head === '') {
          head = headOf(chunks);
          bodyLength = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN);
        }
        if (head === '' || !isWhole(chunks, received - head.length, bodyLength)) return;
        if (/^HTTP\/1\.1 200 /.test(head) && !/^x-amz-function-error/im.test(head)) resolve();
        else reject(new Error(`Not a success: ${Buffer.concat(chunks).toString('latin1', 0, 2000)}`));
      };
      const path = '/2015-03-31/functions/function/invocations';
      this.#socket.cork();
      this.#socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${payload.length}${headEnd}`);
      this.#socket.write(payload);
      this.#socket.uncork();
    });
  }

  close(): void {
    this.#broke = () => undefined;
    this.#socket.destroy();
  }
}

/** With the empty line behind it; '' while it is not whole. */
function headOf(chunks: readonly Buffer[]): string {
  const text = Buffer.concat(chunks).toString('latin1');
  const end = text.indexOf(headEnd);
  return end < 0 ? '' : text.slice(0, end + headEnd.length);
}

/** A body without a length comes in chunks, of which the last one is empty. */
function isWhole(chunks: readonly Buffer[], byteLength: number, expected: number): boolean {
  if (!Number.isNaN(expected)) return byteLength >= expected;
  return Buffer.concat(chunks.slice(-2)).toString('latin1').endsWith(lastChunk);
}
