import type { HttpHandler, HttpRequest } from '../host.ts';

/**
 * A handler for what is below a path: it sees the rest of the path. Other requests are for `otherwise`.
 * @param prefix such as `/lambda`, without a slash at its end
 */
export function belowPath(prefix: string, handler: HttpHandler, otherwise: HttpHandler): HttpHandler {
  return (request, reply) => {
    const rest = pathBelow(prefix, request.path);
    return rest === undefined ? otherwise(request, reply) : handler(withPath(request, rest), reply);
  };
}

/** What follows the prefix, `/` when nothing does; undefined for a path that is elsewhere. */
export function pathBelow(prefix: string, path: string): string | undefined {
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

/** The same request under another path. */
export function withPath(request: HttpRequest, path: string): HttpRequest {
  const { gather } = request;
  return {
    method: request.method,
    path,
    query: request.query,
    peer: request.peer,
    header: (name) => request.header(name),
    headers: () => request.headers(),
    chunks: () => request.chunks(),
    trailer: (name) => request.trailer(name),
    ...(gather ? { gather: (limitBytes: number) => gather.call(request, limitBytes) } : {}),
  };
}
