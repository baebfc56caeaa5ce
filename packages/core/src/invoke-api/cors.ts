import type { HttpHandler, HttpReply, HttpRequest } from '../host.ts';

const exposedHeaders =
  'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-log-result,x-amz-function-error';

/** Lets pages of any site call, as docker-lambda does: answers preflights and marks every answer to a page. */
export function withCors(handler: HttpHandler): HttpHandler {
  return (request, reply) => {
    const origin = request.header('origin');
    if (request.method === 'OPTIONS') return preflight(origin, request, reply);
    return handler(request, origin === undefined ? reply : marked(reply));
  };
}

function preflight(origin: string | undefined, request: HttpRequest, reply: HttpReply): void {
  if (origin === undefined) return reply.send(403, {}, '');
  const wanted = {
    'access-control-allow-headers': request.header('access-control-request-headers'),
    'access-control-allow-methods': request.header('access-control-request-method'),
  };
  const allowed = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const always = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders };
  reply.send(200, { ...always, 'access-control-max-age': '172800', ...Object.fromEntries(allowed) }, '');
}

function marked(reply: HttpReply): HttpReply {
  const mark = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders };
  return {
    send: (status, headers, body) => reply.send(status, { ...headers, ...mark }, body),
    stream: (status, headers) => reply.stream(status, { ...headers, ...mark }),
    onHangUp: (callback) => reply.onHangUp(callback),
  };
}
