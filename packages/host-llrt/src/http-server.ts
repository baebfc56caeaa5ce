import {
  fail,
  type HttpHandler,
  type HttpRequest,
  type HttpServers,
  type ListenOptions,
} from '@lambda-bootstraps/core';
import { type Exchange, type Listener, native, type SystemError } from './native.ts';

/** How long answers that are being written may still take once the server is to stop. */
const lastAnswersMs = 1_000;

export const llrtHttp: HttpServers = {
  async listen(options, handler) {
    const listener = await open(options, (exchange) => serve(handler, exchange));
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
    return await native.listen(options.address, options.port, onRequest);
  } catch (error) {
    throw listenError(error as SystemError, options);
  }
}

function serve(handler: HttpHandler, exchange: Exchange): void {
  Promise.resolve()
    .then(() => handler(requestOf(exchange), exchange))
    .catch((error: Error) => failed(exchange, error))
    // A body that nobody read to its end would block the connection's next request.
    .finally(() => exchange.drain());
}

/** 500, or a broken connection when an answer has begun and cannot be taken back. */
function failed(exchange: Exchange, error: Error): void {
  if (!exchange.breakOff()) exchange.send(500, { 'Content-Type': 'application/json' }, internalError(error));
}

const internalError = (error: Error): string =>
  JSON.stringify({ Type: 'Service', message: error.message, errorType: 'InternalError', errorMessage: error.message });

function requestOf(exchange: Exchange): HttpRequest {
  const { method, target, peer } = exchange;
  const mark = target.indexOf('?');
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    peer,
    header: (name) => exchange.header(name),
    chunks: () => chunksOf(exchange),
    trailer: (name) => exchange.trailer(name),
  };
}

async function* chunksOf(exchange: Exchange): AsyncGenerator<Uint8Array> {
  for (let chunk = await exchange.chunk(); chunk; chunk = await exchange.chunk()) yield chunk;
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
