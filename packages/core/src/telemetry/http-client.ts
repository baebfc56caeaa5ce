import { concatBytes, encodeText } from '../bytes.ts';
import type { Clock, TcpClients, TcpConnection } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import { HttpResponseReader } from './http-response.ts';

export interface HttpClientOptions {
  readonly tcp: TcpClients;
  readonly clock: Clock;
  readonly address: string;
  readonly port: number;
  /** The value of the Host header. */
  readonly host: string;
  /** Milliseconds that one exchange may take. */
  readonly limitMs: number;
}

interface Link {
  readonly connection: TcpConnection;
  readonly chunks: AsyncIterator<Uint8Array>;
}

/** As much of HTTP/1.1 as it takes to send JSON to one server, one request after another, and hear its status. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  /** Kept from the last exchange, if the server keeps it too. */
  #link: Link | undefined;
  /** Of the exchange under way. */
  #current: TcpConnection | undefined;
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * The status of the answer, whose body is read and not kept.
   * @throws Error when there is none in time, or the connection breaks
   */
  async request(method: string, path: string, body: Uint8Array): Promise<number> {
    const kept = this.#link;
    this.#link = undefined;
    if (kept) {
      const reader = new HttpResponseReader();
      try {
        return await this.#exchange(kept, reader, method, path, body);
      } catch (error) {
        // Servers close idle connections just when they are used again: nothing was heard, so it was not taken.
        if (reader.hasBegun || this.#isClosed) throw error;
      }
    }
    return this.#exchange(await this.#connect(), new HttpResponseReader(), method, path, body);
  }

  close(): void {
    this.#isClosed = true;
    this.#current?.close();
    this.#link?.connection.close();
  }

  async #connect(): Promise<Link> {
    const { tcp, address, port } = this.#options;
    const connection = await tcp.connect(address, port);
    if (this.#isClosed) connection.close();
    return { connection, chunks: connection.chunks()[Symbol.asyncIterator]() };
  }

  async #exchange(
    link: Link,
    reader: HttpResponseReader,
    method: string,
    path: string,
    body: Uint8Array,
  ): Promise<number> {
    const { clock, host, limitMs } = this.#options;
    const { connection, chunks } = link;
    this.#current = connection;
    const head = encodeText(
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${jsonContentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    let isLate = false;
    const limit = clock.timer(limitMs, () => {
      isLate = true;
      connection.close();
    });
    // A server may answer before it has read all, and close: reading does not wait for the write.
    const written = connection.write(concatBytes([head, body], head.length + body.length)).catch(() => undefined);
    try {
      while (!reader.isWhole) {
        const chunk = await chunks.next();
        if (chunk.done) reader.end();
        else reader.push(chunk.value);
      }
      await written;
      if (reader.keepsAlive && !this.#isClosed) this.#link = link;
      else connection.close();
      return reader.status;
    } catch (error) {
      connection.close();
      throw isLate ? new Error(`no answer within ${limitMs} ms`) : error;
    } finally {
      limit.cancel();
      this.#current = undefined;
    }
  }
}
