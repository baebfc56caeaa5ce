import type { TcpClients, TcpConnection } from '../host.ts';

/** How much a peer that does not read takes before a writer has to wait. */
const windowBytes = 65_536;

/** TCP without sockets: listeners are entries of a table, and a connection is two queues. */
export class MemoryTcp implements TcpClients {
  readonly #listeners = new Map<number, (peer: TcpConnection) => void>();

  /** From now on, whoever connects to the port has its other end handed over. The returned function ends that. */
  listen(port: number, onConnection: (peer: TcpConnection) => void): () => void {
    this.#listeners.set(port, onConnection);
    return () => this.#listeners.delete(port);
  }

  async connect(address: string, port: number): Promise<TcpConnection> {
    const listener = this.#listeners.get(port);
    if (!listener) {
      throw Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), { code: 'ECONNREFUSED' });
    }
    const [there, back] = [new Pipe(), new Pipe()];
    listener(endOf(there, back));
    return endOf(back, there);
  }
}

function endOf(incoming: Pipe, outgoing: Pipe): TcpConnection {
  return {
    write: (bytes) => outgoing.write(bytes),
    chunks: () => incoming.chunks(),
    close() {
      incoming.end();
      outgoing.end();
    },
  };
}

class Pipe {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #changed: () => void = () => undefined;
  #change = new Promise<void>((resolve) => {
    this.#changed = resolve;
  });

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#ended) {
      this.#chunks.push(bytes.slice());
      this.#bytes += bytes.length;
      this.#notify();
    }
    while (!this.#ended && this.#bytes > windowBytes) await this.#change;
    if (this.#ended) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#bytes -= chunk.length;
        this.#notify();
        yield chunk;
      } else if (this.#ended) {
        return;
      } else {
        await this.#change;
      }
    }
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    this.#changed();
    this.#change = new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}
