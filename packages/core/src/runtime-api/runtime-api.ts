import { answerExtensionRoute } from '../extensions-api/extensions-api.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Host, HttpHandler, HttpReply, HttpRequest } from '../host.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { isLoopback } from '../protocol/peer.ts';
import { matchRuntimeRoute, type RuntimeRoute } from '../protocol/routes.ts';
import { hostIsForeign } from '../protocol/same-site.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import type { TelemetryApi } from '../telemetry-api/telemetry-api.ts';
import { answerError } from './error.ts';
import { answerInitError } from './init-error.ts';
import { answerNext } from './next.ts';
import { refuse } from './refusal.ts';
import { answerResponse } from './response.ts';
import { answerRestoreNext } from './restore.ts';

export interface RuntimeApiOptions {
  readonly host: Pick<Host, 'base64' | 'randomId' | 'clock' | 'tcp'>;
  readonly config: FunctionConfig;
  /** The environment that is served now; undefined while there is none. */
  readonly current: () => RuntimePort | undefined;
  /** Whether a peer's address may be a runtime's; loopback alone unless told: runtimes live on this machine, and whoever else asks is a stranger. */
  readonly allowPeer?: ((address: string) => boolean) | undefined;
}

/** The Runtime API 2018-06-01 of one execution environment, and the APIs of its extensions, which share its address. */
export function createRuntimeApi(options: RuntimeApiOptions): HttpHandler {
  const { allowPeer = isLoopback } = options;
  return (request, reply) => {
    const route = matchRuntimeRoute(request.path);
    if (!route || (isRestore(route) && !options.config.snapStart))
      return refuse(reply, 404, 'NotFound', `No such route: ${request.method} ${request.path}`);
    if (route.method !== request.method) {
      return refuse(reply, 405, 'MethodNotAllowed', `${request.path} takes ${route.method}`, { Allow: route.method });
    }
    if (route.name === 'ping') return reply.send(200, { 'Content-Type': 'text/plain' }, 'pong');
    if (!allowPeer(request.peer)) {
      const whom = options.allowPeer ? 'known peers' : 'loopback peers';
      return refuse(reply, 403, runtimeApiErrorTypes.forbiddenPeer, `The Runtime API answers ${whom} only`);
    }
    if (isWebPage(request)) {
      return refuse(reply, 403, runtimeApiErrorTypes.forbiddenPeer, 'The Runtime API does not answer web pages');
    }
    const port = options.current();
    if (!port) {
      return refuse(reply, 403, runtimeApiErrorTypes.invalidStateTransition, 'There is no execution environment');
    }
    return answer(route, port, request, reply, options);
  };
}

/** Functions without a snapshot have no such routes. */
const isRestore = ({ name }: RuntimeRoute): boolean => name === 'restore-next' || name === 'restore-error';

/**
 * A browser on this machine is a loopback peer too, whatever site's page runs in it; under a name of its own (DNS
 * rebinding) such a page sends no Origin. Runtimes may send any Host they like.
 */
function isWebPage(request: HttpRequest): boolean {
  if (request.header('origin') !== undefined) return true;
  return /^mozilla\//i.test(request.header('user-agent') ?? '') && hostIsForeign(request.header('host') ?? '');
}

function answer(
  route: RuntimeRoute,
  port: RuntimePort,
  request: HttpRequest,
  reply: HttpReply,
  { host, config }: RuntimeApiOptions,
): void | Promise<void> {
  switch (route.name) {
    case 'next':
      return answerNext(port, reply);
    case 'response':
      return answerResponse(port, route.requestId, request, reply, host.base64);
    case 'error':
      return answerError(port, route.requestId, request, reply);
    case 'init-error':
      return answerInitError((...error) => port.initError(...error), request, reply);
    case 'restore-next':
      return answerRestoreNext(port, reply);
    case 'restore-error':
      return answerInitError((...error) => port.restoreError(...error), request, reply);
    case 'ping':
      return undefined;
    case 'telemetry':
    case 'logs':
      return answerSubscription(route.name, { extensions: port.extensions, config, host }, request, reply);
    default:
      return answerExtensionRoute(
        route,
        { extensions: port.extensions, config, randomId: host.randomId },
        request,
        reply,
      );
  }
}

/** Few functions have an extension that subscribes: what that takes is loaded for them. */
async function answerSubscription(
  name: 'telemetry' | 'logs',
  api: TelemetryApi,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  if (name === 'logs') return (await import('../telemetry-api/logs.ts')).answerLogs(api, request, reply);
  return (await import('../telemetry-api/telemetry.ts')).answerTelemetry(api, request, reply);
}
