import {
  fail,
  type HttpHandler,
  type HttpRequest,
  type HttpServers,
  type ListenOptions,
} from '@lambda-bootstraps/core';
import { type Exchange, type Listener, native, type SystemError } from './native.ts';

/** How long a request's head may take: Node's own limit. */
const headMs = 60_000;

/** How long answers that are being written may still take once the server is to stop. */
const lastAnswersMs = 1_000;

export const llrtHttp: HttpServers = {
  async listen(options, handler) {
    const listener = await open(options, (exchange) => void serve(handler, exchange));
    return {
      address: listener.address,
      port: listener.port,
      close: () => listener.stop(0),
      stop: () => listener.stop(lastAnswersMs),
    };
  },
};

async function open(options: ListenOptions, onRequest: (exchange: Exchange) => void): Promise<Listener> {
  try {
    return await native.listen(options.address, options.port, headMs, onRequest);
  } catch (error) {
    throw listenError(error as SystemError, options);
  }
}

async function serve(handler: HttpHandler, exchange: Exchange): Promise<void> {
  // The event loop calls several of these before it runs any job; a rejection would wait too long for who handles it.
  await undefined;
  try {
    // What is answered already is not waited for.
    const answered = handler(new LlrtRequest(exchange), exchange);
    if (answered) await answered;
  } catch (error) {
    failed(exchange, error as Error);
  }
  // A body that nobody read to its end would block the connection's next request.
  exchange.drain();
}

/** 500, or a broken connection when an answer has begun and cannot be taken back. */
function failed(exchange: Exchange, error: Error): void {
  if (!exchange.breakOff()) exchange.send(500, { 'Content-Type': 'application/json' }, internalError(error));
}

const internalError = (error: Error): string =>
  JSON.stringify({ Type: 'Service', message: error.message, errorType: 'InternalError', errorMessage: error.message });

class LlrtRequest implements HttpRequest {
  readonly #exchange: Exchange;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly peer: string;

  constructor(exchange: Exchange) {
    const { method, target, peer } = exchange;
    const mark = target.indexOf('?');
    this.#exchange = exchange;
    this.method = method;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.peer = peer;
  }

  header(name: string): string | undefined {
    return this.#exchange.header(name);
  }

  headers(): Iterable<readonly [string, string]> {
    return this.#exchange.headers();
  }

  trailer(name: string): string | undefined {
    return this.#exchange.trailer(name);
  }

  chunks(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#exchange };
  }

  gather(limitBytes: number): Promise<Uint8Array | number> {
    return this.#exchange.gather(limitBytes);
  }
}

function listenError(error: SystemError, { address, port, source }: ListenOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return fail('ERR_PORT_IN_USE', source, port, address);
    case 'EACCES':
      return fail('ERR_PORT_NOT_ALLOWED', source, port, address);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return fail('ERR_ADDRESS_NOT_AVAILABLE', source, address);
    default:
      return fail('ERR_LISTEN_FAILED', source, address, port, error.message);
  }
}
