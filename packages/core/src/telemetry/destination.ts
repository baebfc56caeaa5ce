import { concatBytes, encodeText } from '../bytes.ts';
import type { Clock, TcpClients, TcpConnection } from '../host.ts';
import { HttpClient } from './http-client.ts';
import type { DestinationAddress } from './subscription-request.ts';

/** Where one subscriber receives its events. */
export interface Destination {
  /** Sends events, each as JSON text in UTF-8. @throws Error when they were not taken: none of them counts as sent. */
  send(events: readonly Uint8Array[]): Promise<void>;
  close(): void;
}

/** How long a subscriber may take over one batch. */
const sendMs = 10_000;

/** Every name of a sandbox that Lambda knows means this machine. */
const address = '127.0.0.1';

export function createDestination(to: DestinationAddress, host: { tcp: TcpClients; clock: Clock }): Destination {
  if (to.protocol === 'TCP') return new LineDestination(to.port, host);
  const client = new HttpClient({
    ...host,
    address,
    port: to.port,
    host: `sandbox.localdomain:${to.port}`,
    limitMs: sendMs,
  });
  return {
    async send(events) {
      const status = await client.request(to.method, to.path, jsonArray(events));
      if (status >= 300) throw new Error(`it answered ${status}`);
    },
    close: () => client.close(),
  };
}

const [open, comma, shut, lineEnd] = ['[', ',', ']', '\n'].map(encodeText) as [Uint8Array, ...Uint8Array[]];

function jsonArray(events: readonly Uint8Array[]): Uint8Array {
  return joined([open, ...events.flatMap((event, index) => (index === 0 ? [event] : [comma!, event])), shut!]);
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  concatBytes(
    pieces,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );

/** Newline-delimited JSON over one connection, which nobody acknowledges. */
class LineDestination implements Destination {
  readonly #port: number;
  readonly #host: { tcp: TcpClients; clock: Clock };
  #connection: TcpConnection | undefined;
  #isClosed = false;

  constructor(port: number, host: { tcp: TcpClients; clock: Clock }) {
    this.#port = port;
    this.#host = host;
  }

  async send(events: readonly Uint8Array[]): Promise<void> {
    this.#connection ??= await this.#connect();
    const connection = this.#connection;
    const limit = this.#host.clock.timer(sendMs, () => connection.close());
    try {
      await connection.write(joined(events.flatMap((event) => [event, lineEnd!])));
    } catch (error) {
      this.#forget(connection);
      throw error;
    } finally {
      limit.cancel();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
  }

  async #connect(): Promise<TcpConnection> {
    const connection = await this.#host.tcp.connect(address, this.#port);
    if (this.#isClosed) connection.close();
    void this.#watch(connection);
    return connection;
  }

  /** A subscriber says nothing here; its end is seen by reading. */
  async #watch(connection: TcpConnection): Promise<void> {
    try {
      for await (const _ of connection.chunks());
    } catch {
      // Broken or ended, the next batch needs another.
    }
    this.#forget(connection);
  }

  #forget(connection: TcpConnection): void {
    connection.close();
    if (this.#connection === connection) this.#connection = undefined;
  }
}
