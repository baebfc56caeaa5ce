import type { Base64Codec, HttpHandler, HttpReply, HttpRequest } from '../host.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { isLoopback } from '../protocol/peer.ts';
import { matchRuntimeRoute, type RuntimeRoute } from '../protocol/routes.ts';
import { hostIsForeign } from '../protocol/same-site.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import { answerError } from './error.ts';
import { answerInitError } from './init-error.ts';
import { answerNext } from './next.ts';
import { refuse } from './refusal.ts';
import { answerResponse } from './response.ts';

/**
 * The Runtime API 2018-06-01 of one execution environment, which `current` gives (undefined while there is none).
 * Only loopback peers are answered: the runtime lives on this machine, and whoever else asks is a stranger.
 */
export function createRuntimeApi(current: () => RuntimePort | undefined, base64: Base64Codec): HttpHandler {
  return async (request, reply) => {
    const route = matchRuntimeRoute(request.path);
    if (!route) return refuse(reply, 404, 'NotFound', `No such route: ${request.method} ${request.path}`);
    if (route.method !== request.method) {
      return refuse(reply, 405, 'MethodNotAllowed', `${request.path} takes ${route.method}`, { Allow: route.method });
    }
    if (route.name === 'ping') return reply.send(200, { 'Content-Type': 'text/plain' }, 'pong');
    if (!isLoopback(request.peer)) {
      return refuse(reply, 403, runtimeApiErrorTypes.forbiddenPeer, 'The Runtime API answers loopback peers only');
    }
    if (isWebPage(request)) {
      return refuse(reply, 403, runtimeApiErrorTypes.forbiddenPeer, 'The Runtime API does not answer web pages');
    }
    const port = current();
    if (!port) {
      return refuse(reply, 403, runtimeApiErrorTypes.invalidStateTransition, 'There is no execution environment');
    }
    return answer(route, port, request, reply, base64);
  };
}

/**
 * A browser on this machine is a loopback peer too, whatever site's page runs in it; under a name of its own (DNS
 * rebinding) such a page sends no Origin. Runtimes may send any Host they like.
 */
function isWebPage(request: HttpRequest): boolean {
  if (request.header('origin') !== undefined) return true;
  return hostIsForeign(request.header('host') ?? '') && /^mozilla\//i.test(request.header('user-agent') ?? '');
}

function answer(
  route: RuntimeRoute,
  port: RuntimePort,
  request: HttpRequest,
  reply: HttpReply,
  base64: Base64Codec,
): void | Promise<void> {
  switch (route.name) {
    case 'next':
      return answerNext(port, reply);
    case 'response':
      return answerResponse(port, route.requestId, request, reply, base64);
    case 'error':
      return answerError(port, route.requestId, request, reply);
    case 'init-error':
      return answerInitError(port, request, reply);
    case 'ping':
      return undefined;
  }
}
