import { encodeJson } from '../bytes.ts';
import type { HttpHandler, HttpHeaders, HttpReply, HttpReplyStream, HttpRequest } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';

/** What the Fetch standard's Request does not say. */
export interface FetchPeer {
  /** The peer's address, for example `127.0.0.1`: what answers loopback peers only refuses a request without one. */
  readonly peer?: string | undefined;
}

/** A handler for servers that are made of `Request` and `Response`: bodies are streamed both ways. */
export function fetchHandler(handler: HttpHandler): (request: Request, peer?: FetchPeer) => Promise<Response> {
  return (request, { peer = '' } = {}) =>
    new Promise((resolve) => {
      const reply = new FetchReply(resolve, request.signal);
      Promise.resolve()
        .then(() => handler(received(request, peer), reply))
        .catch((error: Error) => reply.fail(error));
    });
}

function received(request: Request, peer: string): HttpRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    peer,
    header: (name) => request.headers.get(name) ?? undefined,
    headers: () => request.headers,
    chunks: () => chunksOf(request),
    trailer: () => undefined,
  };
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (read.value) yield read.value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** nginx's number for a client that has left before its answer; nobody sees it. */
const clientClosedRequest = 499;

class FetchReply implements HttpReply {
  readonly #resolve: (response: Response) => void;
  readonly #signal: AbortSignal;
  #stream: HttpReplyStream | undefined;
  #answered = false;

  constructor(resolve: (response: Response) => void, signal: AbortSignal) {
    this.#resolve = resolve;
    this.#signal = signal;
  }

  send(status: number, headers: HttpHeaders, body: Uint8Array | string): void {
    // The standard has no body for these, not even an empty one.
    this.#answer(status, headers, status === 204 || status === 304 ? null : body);
  }

  stream(status: number, headers: HttpHeaders): HttpReplyStream {
    const { body, stream } = replyBody();
    this.#stream = stream;
    this.#answer(status, headers, body);
    return stream;
  }

  onHangUp(callback: () => void): void {
    const hungUp = (): void => {
      if (this.#answered) return;
      callback();
      this.send(clientClosedRequest, {}, '');
    };
    if (this.#signal.aborted) hungUp();
    else this.#signal.addEventListener('abort', hungUp, { once: true });
  }

  /** The handler failed: 500, or a broken answer when one has begun. */
  fail(error: Error): void {
    this.#stream?.abort();
    const words = { Type: 'Service', message: error.message, errorType: 'InternalError', errorMessage: error.message };
    this.send(500, { 'Content-Type': jsonContentType }, encodeJson(words));
  }

  #answer(status: number, headers: HttpHeaders, body: ConstructorParameters<typeof Response>[0]): void {
    if (this.#answered) return;
    const response = new Response(body, { status, headers: asHeaders(headers) });
    this.#answered = true;
    this.#resolve(response);
  }
}

function asHeaders(lines: HttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(lines)) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  return headers;
}

/** A body, and what fills it as fast as it is read. */
function replyBody(): { readonly body: ReadableStream<Uint8Array>; readonly stream: HttpReplyStream } {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let isOpen = true;
  let wake: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (one) => {
      controller = one;
    },
    pull: () => wake(),
    cancel: () => {
      isOpen = false;
      wake();
    },
  });
  const finish = (how: () => void): void => {
    if (isOpen) how();
    isOpen = false;
    wake();
  };
  return {
    body,
    stream: {
      async write(chunk) {
        if (isOpen) controller.enqueue(chunk);
        while (isOpen && (controller.desiredSize ?? 0) <= 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (!isOpen) throw new Error('The client has closed the connection');
      },
      end: () => finish(() => controller.close()),
      abort: () => finish(() => controller.error(new Error('The answer broke off'))),
    },
  };
}
