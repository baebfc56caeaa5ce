import { LambdaBootstrapsError } from '../errors.ts';
import type { TimeoutWords } from '../function/render-outcome.ts';
import type { Host, HttpHandler, HttpReply, HttpRequest } from '../host.ts';
import { type InvokeRoute, matchInvokeRoute } from '../protocol/routes.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { answerHealth, isHealthPath } from './health.ts';
import { answerInvoke } from './invoke.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { ServiceError, sendServiceError } from './service-error.ts';

export interface InvokeApiOptions {
  readonly host: Host;
  readonly sandbox: Sandbox;
  readonly timeoutWords?: TimeoutWords | undefined;
  /** Refuse requests that a web page of another site caused (by Origin) or renamed (by Host). */
  readonly refuseForeign?: boolean;
  /** Answers what is no route of this API; 404 with the service's JSON unless told. */
  readonly otherwise?: HttpHandler;
  /** Tells what became of asynchronous invocations. */
  readonly notice?: (sentence: string) => void;
  /** How long to wait before each retry of an asynchronous invocation that failed; two retries of a second or two unless told. */
  readonly retryDelaysMs?: readonly number[];
}

/** What the routes share. */
export interface InvokeApi extends InvokeApiOptions {
  readonly asyncInvocations: AsyncInvocations;
}

/** The Invoke API (2015-03-31, and 2021-11-15 for streamed answers), for any function name: there is one function here. */
export function createInvokeApi(options: InvokeApiOptions): HttpHandler {
  const api: InvokeApi = { ...options, asyncInvocations: new AsyncInvocations(options) };
  return async (request, reply) => {
    const route = matchInvokeRoute(request.path);
    if (!route && options.otherwise && !isHealthPath(request.path)) return options.otherwise(request, reply);
    const requestId = options.host.randomId();
    try {
      if (options.refuseForeign) refuseForeign(request);
      await answer(api, route, requestId, request, reply);
    } catch (error) {
      sendServiceError(reply, requestId, serviceErrorOf(error));
    }
  };
}

function answer(
  api: InvokeApi,
  route: InvokeRoute | undefined,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): void | Promise<void> {
  if (!route) {
    if (isHealthPath(request.path)) return answerHealth(api.sandbox, request, reply);
    throw new ServiceError(404, 'UnknownOperationException', `No such route: ${request.path}`);
  }
  if (request.method !== 'POST') {
    throw new ServiceError(405, 'MethodNotAllowedException', `Invoke takes POST, not ${request.method}`);
  }
  return route.streaming
    ? answerStreaming(api, requestId, request, reply)
    : answerInvoke(api, requestId, request, reply);
}

/** Few callers stream; the others need not load the codec of event streams. */
async function answerStreaming(...invoke: Parameters<typeof answerInvoke>): Promise<void> {
  const { answerInvokeStreaming } = await import('./invoke-streaming.ts');
  return answerInvokeStreaming(...invoke);
}

function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = error instanceof LambdaBootstrapsError ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_QUEUE_FULL') {
    return new ServiceError(429, 'TooManyRequestsException', message, { Reason: 'ConcurrentInvocationLimitExceeded' });
  }
  const status = code === 'ERR_SANDBOX_CLOSED' ? 503 : 500;
  return new ServiceError(status, 'ServiceException', message, {}, 'Service');
}
