import { decodeText } from '../bytes.ts';
import type { InvocationInput } from '../function/invocation.ts';
import type { Host, HttpRequest } from '../host.ts';
import { invokeRequestHeaders } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import { ServiceError } from './service-error.ts';

export interface InvokeHeaders {
  readonly invocationType: 'RequestResponse' | 'Event' | 'DryRun';
  /** X-Amz-Log-Type: Tail. */
  readonly wantsTail: boolean;
  readonly context: Omit<InvocationInput, 'payload'>;
}

/** @throws ServiceError InvalidParameterValueException, InvalidRequestContentException */
export function parseInvokeHeaders(request: HttpRequest, host: Pick<Host, 'json' | 'base64'>): InvokeHeaders {
  return {
    invocationType: invocationTypeOf(request),
    wantsTail: request.header(invokeRequestHeaders.logType) === 'Tail',
    context: {
      clientContext: clientContextOf(request, host),
      tenantId: request.header(invokeRequestHeaders.tenantId),
      traceId: request.header(invokeRequestHeaders.traceId),
    },
  };
}

function invocationTypeOf(request: HttpRequest): InvokeHeaders['invocationType'] {
  const value = request.header(invokeRequestHeaders.invocationType) ?? 'RequestResponse';
  if (value === 'RequestResponse' || value === 'Event' || value === 'DryRun') return value;
  const message = `X-Amz-Invocation-Type is "${value}"; it must be RequestResponse, Event or DryRun`;
  throw new ServiceError(400, 'InvalidParameterValueException', message);
}

function clientContextOf(request: HttpRequest, host: Pick<Host, 'json' | 'base64'>): string | undefined {
  const encoded = request.header(invokeRequestHeaders.clientContext);
  if (!encoded) return undefined;
  if (encoded.length > limits.clientContextBytes) {
    throw invalidContext(`it has ${encoded.length} bytes and may have ${limits.clientContextBytes}`);
  }
  const bytes = host.base64.decode(encoded);
  if (!bytes) throw invalidContext('it is not base64');
  const flaw = host.json.flaw(bytes);
  if (flaw !== undefined) throw invalidContext(`it is not JSON: ${flaw}`);
  return decodeText(bytes);
}

const invalidContext = (reason: string): ServiceError =>
  new ServiceError(
    400,
    'InvalidRequestContentException',
    `Client context (X-Amz-Client-Context) must be a valid Base64-encoded JSON object: ${reason}`,
  );
