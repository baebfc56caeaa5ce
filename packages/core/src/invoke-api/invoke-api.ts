import { LambdaBootstrapsError } from '../errors.ts';
import { createInvocation } from '../function/invocation.ts';
import { renderOutcome, type TimeoutWords } from '../function/render-outcome.ts';
import type { Host, HttpHandler, HttpReply, HttpRequest } from '../host.ts';
import { limits } from '../protocol/limits.ts';
import { matchInvokeRoute } from '../protocol/routes.ts';
import { gatherBody } from '../runtime-api/body.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { parseInvokeHeaders } from './invoke-headers.ts';
import { invokeResponse } from './invoke-response.ts';
import { hostIsForeign, originIsForeign } from './same-site.ts';
import { ServiceError, sendServiceError } from './service-error.ts';

export interface InvokeApiOptions {
  readonly host: Host;
  readonly sandbox: Sandbox;
  readonly timeoutWords?: TimeoutWords | undefined;
  /** Refuse requests that a web page of another site caused (by Origin) or renamed (by Host). */
  readonly refuseForeign?: boolean;
  /** Answers what is no route of this API; 404 with the service's JSON unless told. */
  readonly otherwise?: HttpHandler;
}

/** The Invoke API 2015-03-31, for any function name: there is one function here. */
export function createInvokeApi(options: InvokeApiOptions): HttpHandler {
  return async (request, reply) => {
    const route = matchInvokeRoute(request.path);
    if (!route && options.otherwise && !isHealth(request)) return options.otherwise(request, reply);
    const requestId = options.host.randomId();
    try {
      if (options.refuseForeign) refuseForeign(request);
      if (isHealth(request)) return reply.send(200, { 'Content-Type': 'text/plain' }, 'pong');
      if (!route) throw new ServiceError(404, 'UnknownOperationException', `No such route: ${request.path}`);
      if (request.method !== 'POST') {
        throw new ServiceError(405, 'MethodNotAllowedException', `Invoke takes POST, not ${request.method}`);
      }
      await invoke(options, requestId, request, reply);
    } catch (error) {
      sendServiceError(reply, requestId, serviceErrorOf(error));
    }
  };
}

async function invoke(
  options: InvokeApiOptions,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { host, sandbox } = options;
  const parsed = parseInvokeHeaders(request, host);
  const payload = await readEvent(request, host);
  const invocation = createInvocation({ ...parsed.context, payload, requestId }, sandbox.config, host);
  const version = sandbox.config.functionVersion;

  if (parsed.invocationType === 'DryRun') return invokeResponse.dryRun(reply, requestId);
  const outcome = await sandbox.run(invocation);
  invokeResponse.whole(reply, invocation, version, renderOutcome(outcome, requestId, options.timeoutWords));
}

/** The size is judged before the JSON, as the service does. */
async function readEvent(request: HttpRequest, host: Host): Promise<Uint8Array> {
  const body = await gatherBody(request, limits.syncRequestBytes);
  if (body.kind === 'too-large') {
    throw new ServiceError(
      413,
      'RequestEntityTooLargeException',
      `Request must be smaller than ${limits.syncRequestBytes} bytes for the InvokeFunction operation`,
    );
  }
  const flaw = body.bytes.length > 0 ? host.json.flaw(body.bytes) : undefined;
  if (flaw !== undefined) {
    throw new ServiceError(
      400,
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${flaw}`,
    );
  }
  return body.bytes;
}

function refuseForeign(request: HttpRequest): void {
  const origin = request.header('origin');
  if (origin !== undefined && originIsForeign(origin)) {
    throw new ServiceError(403, 'AccessDeniedException', `Requests of the web page ${origin} are refused`);
  }
  const host = request.header('host') ?? '';
  if (hostIsForeign(host)) {
    throw new ServiceError(403, 'AccessDeniedException', `Requests for the host name ${host} are refused`);
  }
}

const isHealth = (request: HttpRequest): boolean => request.method === 'GET' && request.path === '/2018-06-01/ping';

function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = error instanceof LambdaBootstrapsError ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_QUEUE_FULL') {
    return new ServiceError(429, 'TooManyRequestsException', message, { Reason: 'ConcurrentInvocationLimitExceeded' });
  }
  if (code === 'ERR_SANDBOX_CLOSED') return new ServiceError(503, 'ServiceException', message, {}, 'Service');
  return new ServiceError(
    500,
    'ServiceException',
    error instanceof Error ? error.message : String(error),
    {},
    'Service',
  );
}
