import { fail } from './errors.ts';
import { type HttpAnswer, request } from './http-request.ts';

/** In the words of the API reference, "Invoke". */
export interface StayOpenInvokeOptions {
  readonly invocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  /** `Tail` gives `logResult`. */
  readonly logType?: 'None' | 'Tail';
  /** What the function finds as `context.clientContext`, sent as JSON. */
  readonly clientContext?: unknown;
  /** Gives up waiting; the function goes on. */
  readonly signal?: AbortSignal;
  /** Gives the whole answer, a function error too, instead of the function's result. */
  readonly returnResponse?: boolean;
}

export interface StayOpenResponse {
  readonly statusCode: number;
  readonly requestId: string | undefined;
  /** As it came, normally JSON text. */
  readonly payload: string;
  /** `Unhandled` when the payload is an error. */
  readonly functionError: string | undefined;
  /** The last 4 KB of the log, decoded. */
  readonly logResult: string | undefined;
}

/** Invokes the function by its API. */
export async function invokeAt(endpoint: string, event: unknown, options: StayOpenInvokeOptions): Promise<unknown> {
  const answer = await post(endpoint, event, options);
  const payload = parsed(answer.text);
  // An error of the service, of which the function knows nothing.
  if (answer.status < 200 || answer.status > 299) {
    throw fail('ERR_INVOKE_REFUSED', [answer.status, messageOf(payload) ?? answer.text], { payload });
  }
  const response = responseOf(answer);
  if (options.returnResponse) return response;
  if (response.functionError) {
    const { errorType = '' } = (payload ?? {}) as { errorType?: string };
    throw fail('ERR_FUNCTION', [errorType, messageOf(payload) ?? answer.text], { payload });
  }
  return payload;
}

async function post(endpoint: string, event: unknown, options: StayOpenInvokeOptions): Promise<HttpAnswer> {
  const { invocationType, logType, clientContext, signal } = options;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (invocationType) headers['x-amz-invocation-type'] = invocationType;
  if (logType) headers['x-amz-log-type'] = logType;
  if (clientContext !== undefined) {
    headers['x-amz-client-context'] = Buffer.from(JSON.stringify(clientContext)).toString('base64');
  }
  const body = event instanceof Uint8Array ? event : Buffer.from(JSON.stringify(event));
  const path = '/2015-03-31/functions/function/invocations';
  try {
    return await request(endpoint, { method: 'POST', path, headers, body, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw fail('ERR_INVOKE_FAILED', [endpoint, (error as Error).message], { cause: error });
  }
}

function responseOf({ status, headers, text }: HttpAnswer): StayOpenResponse {
  const header = (name: string): string | undefined => headers[name]?.toString();
  const log = header('x-amz-log-result');
  return {
    statusCode: status,
    requestId: header('x-amzn-requestid'),
    payload: text,
    functionError: header('x-amz-function-error'),
    logResult: log === undefined ? undefined : Buffer.from(log, 'base64').toString('utf8'),
  };
}

/** A custom runtime may answer with any text. */
function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(payload: unknown): string | undefined {
  const { errorMessage, message, Message } = (payload ?? {}) as Record<string, unknown>;
  return [errorMessage, message, Message].find((one) => typeof one === 'string');
}
