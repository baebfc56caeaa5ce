import { encodeJson } from '../bytes.ts';
import { LambdaBootstrapsError } from '../errors.ts';
import { createInvocation, freshTraceId, type Invocation } from '../function/invocation.ts';
import type { Host, HttpHandler, HttpHeaders, HttpReply, HttpRequest } from '../host.ts';
import { ServiceError, sendServiceError } from '../invoke-api/service-error.ts';
import { invokeRequestHeaders, invokeResponseHeaders, jsonContentType } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import { gatherBody } from '../runtime-api/body.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { MalformedAnswer, type PayloadVersion } from './answer-head.ts';
import { bufferedAnswer } from './buffered-answer.ts';
import { answerPreflight, type FunctionUrlCors, isPreflight, markedForOrigin } from './cors.ts';
import { eventOfFormat1 } from './event-1.ts';
import { eventOfFormat2 } from './event-2.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { type UrlName, urlRequest } from './url-request.ts';

export interface FunctionUrlOptions {
  readonly host: Host;
  readonly sandbox: Sandbox;
  /** 2.0 unless told; 1.0 is what API Gateway can send instead. */
  readonly payloadVersion?: PayloadVersion;
  /** BUFFERED unless told. */
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
  /** Without it preflights are for the function, and no answer is marked. */
  readonly cors?: FunctionUrlCors | undefined;
  /** 32 lower-case letters and digits, which stand for the URL's name in events; random unless told. */
  readonly urlId?: string;
  /** Tells whoever writes the function why a caller got 502. */
  readonly notice?: (sentence: string) => void;
}

interface FunctionUrl extends FunctionUrlOptions {
  readonly version: PayloadVersion;
  readonly url: UrlName;
}

/** Plain HTTP in front of a function: each request is an event, and what the function returns is the response. */
export function createFunctionUrl(options: FunctionUrlOptions): HttpHandler {
  const { host, sandbox, cors } = options;
  const id = options.urlId ?? host.randomId().replaceAll('-', '');
  const url = { id, domainName: `${id}.lambda-url.${sandbox.config.region}.on.aws` };
  const functionUrl: FunctionUrl = { ...options, version: options.payloadVersion ?? '2.0', url };
  return async (request, reply) => {
    if (cors && isPreflight(request)) return answerPreflight(cors, request, reply);
    const marked = cors ? markedForOrigin(cors, request, reply) : reply;
    const requestId = host.randomId();
    try {
      await answer(functionUrl, requestId, request, marked);
    } catch (error) {
      sendServiceError(marked, requestId, serviceErrorOf(error));
    }
  };
}

async function answer(
  functionUrl: FunctionUrl,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { host, sandbox } = functionUrl;
  const traceId = request.header(invokeRequestHeaders.traceId) || freshTraceId(host.clock, host.randomId);
  const payload = await eventOf(functionUrl, { requestId, traceId }, request);
  const signed = withHeaders(reply, {
    [invokeResponseHeaders.requestId.toLowerCase()]: requestId,
    [invokeResponseHeaders.traceId.toLowerCase()]: traceId.split(';')[0]!,
  });
  const sink =
    functionUrl.invokeMode === 'RESPONSE_STREAM' ? new StreamedAnswer(signed, functionUrl.version) : undefined;
  const input = { payload, requestId, traceId, answerEarly: true, sink };
  await invoke(functionUrl, createInvocation(input, sandbox.config, host), signed, sink);
}

/** @throws ServiceError RequestEntityTooLargeException */
async function eventOf(
  { host, url, version }: FunctionUrl,
  ids: { readonly requestId: string; readonly traceId: string },
  request: HttpRequest,
): Promise<Uint8Array> {
  const body = await gatherBody(request, limits.syncRequestBytes);
  if (body.kind === 'too-large') throw tooLarge();
  const facts = urlRequest(request, body.bytes, { ...ids, url, host });
  const event = encodeJson(version === '1.0' ? eventOfFormat1(facts) : eventOfFormat2(facts));
  // The limit is the event's: of a body that has to be base64, three quarters fit.
  if (event.length > limits.syncRequestBytes) throw tooLarge();
  return event;
}

const tooLarge = (): ServiceError =>
  new ServiceError(
    413,
    'RequestEntityTooLargeException',
    `The event of a request must be smaller than ${limits.syncRequestBytes} bytes`,
  );

async function invoke(
  { host, sandbox, version, notice }: FunctionUrl,
  invocation: Invocation,
  reply: HttpReply,
  sink: StreamedAnswer | undefined,
): Promise<void> {
  try {
    const outcome = await sandbox.run(invocation);
    if (outcome.kind !== 'success') return void (sink?.breakOff() || sendBadGateway(reply));
    if (sink?.begun) return sink.end();
    // Where answers are streamed, one that was not is passed on as it is: nothing says that it has a prelude.
    if (sink) return reply.send(200, { 'content-type': jsonContentType }, outcome.payload);
    const { status, headers, body } = bufferedAnswer(outcome.payload, version, host.base64);
    reply.send(status, headers, body);
  } catch (error) {
    if (sink?.breakOff()) return;
    if (!(error instanceof MalformedAnswer)) throw error;
    notice?.(`the answer of ${invocation.requestId} is no HTTP response: ${error.message}`);
    sendBadGateway(reply);
  }
}

/** Whatever went wrong in the function, a caller from outside is told no more than this; a timeout is no exception. */
const sendBadGateway = (reply: HttpReply): void =>
  reply.send(502, { 'content-type': jsonContentType }, 'Internal Server Error');

const withHeaders = (reply: HttpReply, more: HttpHeaders): HttpReply => ({
  send: (status, headers, body) => reply.send(status, { ...headers, ...more }, body),
  stream: (status, headers) => reply.stream(status, { ...headers, ...more }),
  onHangUp: (callback) => reply.onHangUp(callback),
});

function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = error instanceof LambdaBootstrapsError ? error.code : undefined;
  if (code === 'ERR_QUEUE_FULL') {
    const extra = { Reason: 'ConcurrentInvocationLimitExceeded' };
    return new ServiceError(429, 'TooManyRequestsException', 'Rate Exceeded.', extra);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceError(code === 'ERR_SANDBOX_CLOSED' ? 503 : 500, 'ServiceException', message, {}, 'Service');
}
