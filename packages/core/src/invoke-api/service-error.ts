import { encodeJson } from '../bytes.ts';
import type { HttpReply } from '../host.ts';
import { invokeResponseHeaders, jsonContentType } from '../protocol/headers.ts';

/** An error of the Invoke API itself, before or around the function, in the shape that AWS's clients read. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  constructor(
    readonly status: number,
    readonly errorType: string,
    message: string,
    readonly extra: Readonly<Record<string, string>> = {},
    readonly fault: 'User' | 'Service' = 'User',
  ) {
    super(message);
  }
}

export function sendServiceError(reply: HttpReply, requestId: string, error: ServiceError): void {
  const headers = {
    'Content-Type': jsonContentType,
    [invokeResponseHeaders.errorType]: error.errorType,
    [invokeResponseHeaders.requestId]: requestId,
  };
  // "message" in lower case is what the live service sends for these, and both spellings are read by its clients.
  reply.send(error.status, headers, encodeJson({ ...error.extra, Type: error.fault, message: error.message }));
}
