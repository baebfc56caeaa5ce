import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fail,
  type HttpHandler,
  type HttpHeaders,
  type HttpReply,
  type HttpRequest,
  type HttpServer,
  type HttpServers,
  type ListenOptions,
} from '@lambda-bootstraps/core';
import { handOverUpgrades, type UpgradeListener, WebSocketMessage } from './upgrades.ts';

/** That of Go's servers, as the service's are: Java's client tells of a deep stack in a header, which may have a megabyte. */
const headBytes = 1_052_672;

export const nodeHttp: HttpServers = {
  listen: (options, handler) => open(options, createServer({ maxHeaderSize: headBytes }, listenerOf(handler))),
};

/** What a server bears that more than our own clients may reach. Times in milliseconds. */
export interface Strictness {
  /** How long the head of a request may take to come, and the whole of it. */
  readonly headMs: number;
  readonly requestMs: number;
  /** How many connections may be open; more are closed at once. */
  readonly connections: number;
}

/** Like `nodeHttp.listen`, for a server that has WebSockets too, or has to be strict. */
export async function listenForUpgrades(
  options: ListenOptions & { readonly strictness?: Strictness | undefined },
  handler: HttpHandler,
  onUpgrade: UpgradeListener,
): Promise<HttpServer> {
  const { strictness } = options;
  const server = createServer(
    {
      maxHeaderSize: headBytes,
      IncomingMessage: WebSocketMessage,
      ...(strictness && { connectionsCheckingInterval: Math.min(strictness.headMs, 1_000) }),
    },
    listenerOf(handler),
  );
  const endUpgraded = handOverUpgrades(server, onUpgrade);
  const listening = await open(options, server, endUpgraded);
  if (strictness) {
    server.headersTimeout = strictness.headMs;
    server.requestTimeout = strictness.requestMs;
    server.maxConnections = strictness.connections;
  }
  return listening;
}

const listenerOf =
  (handler: HttpHandler): RequestListener =>
  (request, response) =>
    serve(handler, request, response);

async function open(options: ListenOptions, server: Server, endUpgraded = () => {}): Promise<HttpServer> {
  // A runtime or a client may stay idle for hours and must not find its connection closed.
  server.keepAliveTimeout = 0;
  // A streamed answer of a function arrives as a request, for up to fifteen minutes.
  server.requestTimeout = 0;
  // A client that has sent all it will send (nc -N, some proxies) still wants its answer.
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  await listening(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { address, port, close: () => close(server, endUpgraded), stop: () => stop(server, endUpgraded) };
}

/** Hands a request that Node.js has taken to the handler. */
export function serve(handler: HttpHandler, message: IncomingMessage, response: ServerResponse): void {
  const reply = new NodeReply(message, response);
  // A connection that breaks is seen by whoever reads or writes; unheard it would end the process.
  message.on('error', () => undefined);
  response.on('error', () => undefined);
  Promise.resolve()
    .then(() => handler(nodeRequest(message), reply))
    .catch((error: Error) => reply.fail(error))
    // A body that nobody read to its end would block the connection's next request.
    .finally(() => message.readableEnded || message.resume());
}

const internalError = (error: Error): string =>
  JSON.stringify({ Type: 'Service', message: error.message, errorType: 'InternalError', errorMessage: error.message });

function nodeRequest(message: IncomingMessage): HttpRequest {
  // A client that speaks to a proxy names the whole URL (RFC 9112, 3.2.2).
  const url = (message.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    peer: message.socket.remoteAddress ?? '',
    header: (name) => joined(message.headers[name]),
    headers: () => linesOf(message.rawHeaders),
    chunks: () => chunksOf(message),
    gather: (limitBytes) => gather(message, limitBytes),
    trailer: (name) => message.trailers[name],
  };
}

const joined = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

function* linesOf(namesAndValues: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < namesAndValues.length; index += 2) {
    yield [namesAndValues[index]!.toLowerCase(), namesAndValues[index + 1]!];
  }
}

async function* chunksOf(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  // Who gives up halfway still has an answer to send: the connection stays.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  // A body cut off by the peer ends the iteration like a whole one on some versions of Node.
  if (!message.complete) throw brokenOff();
}

/** The same: Node's types do not say that it changes no list. */
const nodeHeaders = (headers: HttpHeaders): OutgoingHttpHeaders => headers as OutgoingHttpHeaders;

/** By events: an iteration of a stream costs ten times as much as a small body. */
function gather(message: IncomingMessage, limitBytes: number): Promise<Uint8Array | number> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let byteLength = 0;
    const take = (chunk: Buffer): void => {
      byteLength += chunk.length;
      if (byteLength <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
    };
    const ended = (): void => {
      message.off('data', take).off('end', ended).off('close', ended);
      if (!message.complete) return reject(brokenOff());
      resolve(byteLength > limitBytes ? byteLength : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    if (message.destroyed && !message.complete) return reject(brokenOff());
    if (message.readableEnded) return resolve(new Uint8Array(0));
    message.on('data', take).on('end', ended).on('close', ended);
  });
}

const brokenOff = (): Error => new Error('The connection closed before the body was complete');

class NodeReply implements HttpReply {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.#message = message;
    this.#response = response;
  }

  send(status: number, headers: HttpHeaders, body: Uint8Array | string): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    const hasBody = status !== 204 && status !== 304;
    const length = hasBody ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
    this.#response.writeHead(status, { ...nodeHeaders(headers), ...length });
    this.#response.end(hasBody ? body : undefined);
  }

  /** The handler failed: 500, or a broken connection when an answer has begun and cannot be taken back. */
  fail(error: Error): void {
    if (this.#response.headersSent && !this.#response.writableEnded) this.#response.destroy();
    else this.send(500, { 'Content-Type': 'application/json' }, internalError(error));
  }

  stream(status: number, headers: HttpHeaders) {
    const response = this.#response;
    response.writeHead(status, nodeHeaders(headers));
    response.flushHeaders();
    return {
      write: (chunk: Uint8Array): Promise<void> =>
        new Promise((resolve, reject) => {
          if (response.destroyed) return reject(new Error('The client has closed the connection'));
          if (response.write(chunk)) return resolve();
          const gone = (): void => reject(new Error('The client has closed the connection'));
          response.once('close', gone);
          response.once('drain', () => {
            response.off('close', gone);
            resolve();
          });
        }),
      end: () => void response.end(),
      abort: () => void response.destroy(),
    };
  }

  onHangUp(callback: () => void): void {
    const { socket } = this.#message;
    const once = (): void => {
      socket.off('end', once);
      this.#response.off('close', once);
      if (this.#response.headersSent) return;
      callback();
      // Nobody will answer any more: half open, the connection would stay for ever.
      if (!this.#response.headersSent) this.#response.destroy();
    };
    // With half-open connections allowed, a client that is gone shows as an end first.
    socket.once('end', once);
    this.#response.once('close', once);
    this.#response.once('finish', () => socket.off('end', once));
  }
}

function listening(server: Server, { address, port, source, addressSource = source }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(listenError(error, { address, port, source, addressSource })),
    );
    server.listen(port, address, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function listenError(
  error: NodeJS.ErrnoException,
  { address, port, source, addressSource = source }: ListenOptions & { readonly addressSource?: string | undefined },
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return fail('ERR_PORT_IN_USE', source, port, address);
    case 'EACCES':
      return fail('ERR_PORT_NOT_ALLOWED', source, port, address);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail('ERR_ADDRESS_NOT_AVAILABLE', addressSource, address);
    default:
      return fail('ERR_LISTEN_FAILED', source, address, port, error.message);
  }
}

function close(server: Server, endUpgraded: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    endUpgraded();
  });
}

/** How long answers that are being written may still take once the server is to stop. */
const lastAnswersMs = 1_000;

async function stop(server: Server, endUpgraded: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    server.closeAllConnections();
    endUpgraded();
  }, lastAnswersMs);
  await closed;
  clearTimeout(cut);
}
