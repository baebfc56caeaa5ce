import { concatBytes, decodeText, encodeText } from '../bytes.ts';
import { fail } from '../errors.ts';
import type { HttpHandler, HttpHeaders, HttpReply, HttpRequest, HttpServer, HttpServers } from '../host.ts';

export interface MemoryRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The body in pieces, instead of `body`. When it throws, the client goes away before the end. */
  readonly chunks?: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
  readonly trailers?: Readonly<Record<string, string>>;
  /** 127.0.0.1 unless told. */
  readonly peer?: string;
  /** The client hangs up. */
  readonly signal?: AbortSignal;
}

export interface MemoryResponse {
  readonly status: number;
  /** By lower-case name; several values are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly text: string;
}

/** HTTP without sockets: listeners are entries of a table, and an exchange is a call of the handler. */
export class MemoryHttp implements HttpServers {
  readonly #listeners = new Map<number, { address: string; handler: HttpHandler; exchanges: Set<Exchange> }>();
  #nextPort = 49_152;

  async listen(
    { address, port: wanted, source }: { address: string; port: number; source: string },
    handler: HttpHandler,
  ): Promise<HttpServer> {
    const port = wanted === 0 ? this.#nextPort++ : wanted;
    if (this.#listeners.has(port)) throw fail('ERR_PORT_IN_USE', source, port, address);
    const exchanges = new Set<Exchange>();
    this.#listeners.set(port, { address, handler, exchanges });
    const end = async (): Promise<void> => {
      if (this.#listeners.get(port)?.exchanges === exchanges) this.#listeners.delete(port);
      for (const exchange of exchanges) exchange.breakOff();
    };
    return { address, port, close: end, stop: end };
  }

  /** Ports that are open, in the order in which they were opened. */
  get ports(): readonly number[] {
    return [...this.#listeners.keys()];
  }

  /** @throws Error when nobody listens there, or the exchange breaks before the answer is whole. */
  async request(authority: string, request: MemoryRequest): Promise<MemoryResponse> {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(authority) ?? [];
    const listener = this.#listeners.get(Number(port));
    const everywhere = listener?.address === '0.0.0.0' || listener?.address === '::';
    if (!listener || !(everywhere || listener.address === host.replace(/^\[|\]$/g, ''))) {
      throw new Error(`connect ECONNREFUSED ${authority}`);
    }
    const exchange = new Exchange(request);
    listener.exchanges.add(exchange);
    const hangUp = (): void => exchange.breakOff();
    if (request.signal?.aborted) hangUp();
    request.signal?.addEventListener('abort', hangUp);
    exchange.serve(listener.handler);
    try {
      return await exchange.response;
    } finally {
      listener.exchanges.delete(exchange);
      request.signal?.removeEventListener('abort', hangUp);
    }
  }
}

class Exchange {
  readonly #request: MemoryRequest;
  readonly #hangUps: (() => void)[] = [];
  readonly response: Promise<MemoryResponse>;
  #resolve!: (response: MemoryResponse) => void;
  #reject!: (error: Error) => void;
  #phase: 'waiting' | 'answering' | 'over' = 'waiting';
  #bodyEnded = false;

  constructor(request: MemoryRequest) {
    this.#request = request;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  serve(handler: HttpHandler): void {
    const reply = this.#reply();
    Promise.resolve()
      .then(() => handler(this.#received(), reply))
      .catch((error: Error) => {
        if (this.#phase === 'answering') this.breakOff();
        reply.send(500, { 'Content-Type': 'application/json' }, JSON.stringify({ errorMessage: error.message }));
      });
  }

  breakOff(): void {
    const unanswered = this.#phase === 'waiting';
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#reject(new Error('socket hang up'));
    if (unanswered) for (const callback of this.#hangUps) callback();
  }

  #received(): HttpRequest {
    const { method = 'GET', path, peer = '127.0.0.1', headers, trailers } = this.#request;
    const [plainPath = '', ...rest] = path.split('?');
    const headersByName = lowerCased(headers ?? {});
    const trailersByName = lowerCased(trailers ?? {});
    return {
      method,
      path: plainPath,
      query: rest.join('?'),
      peer,
      header: (name) => headersByName[name],
      headers: () => Object.entries(headersByName),
      chunks: () => this.#chunks(),
      trailer: (name) => (this.#bodyEnded ? trailersByName[name] : undefined),
    };
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const { body = '', chunks = [body] } = this.#request;
    try {
      for await (const chunk of chunks) {
        if (this.#phase === 'over') throw new Error('hung up');
        if (chunk.length > 0) yield typeof chunk === 'string' ? encodeText(chunk) : chunk;
      }
    } catch {
      this.breakOff();
      throw new Error('The connection closed before the body was complete');
    }
    this.#bodyEnded = true;
  }

  #reply(): HttpReply {
    return {
      send: (status, headers, body) => {
        if (this.#phase !== 'waiting') return;
        this.#phase = 'over';
        this.#answer(status, headers, typeof body === 'string' ? encodeText(body) : body);
      },
      stream: (status, headers) => {
        const written: Uint8Array[] = [];
        if (this.#phase === 'waiting') this.#phase = 'answering';
        return {
          write: async (chunk) => {
            if (this.#phase !== 'answering') throw new Error('The client has closed the connection');
            written.push(chunk);
          },
          end: () => {
            if (this.#phase !== 'answering') return;
            this.#phase = 'over';
            const bytes = written.reduce((sum, chunk) => sum + chunk.length, 0);
            this.#answer(status, headers, concatBytes(written, bytes));
          },
          abort: () => this.breakOff(),
        };
      },
      onHangUp: (callback) => void this.#hangUps.push(callback),
    };
  }

  #answer(status: number, lines: HttpHeaders, body: Uint8Array): void {
    const headers = Object.fromEntries(Object.entries(lines).map(([name, value]) => [name, [value].flat().join(', ')]));
    for (const [name, value] of Object.entries(headers)) {
      // As sockets have it: what is no header must not get through here either.
      if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new TypeError(`Invalid character in header ${name}`);
    }
    this.#resolve({ status, headers: lowerCased(headers), body, text: decodeText(body) });
  }
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
