import { encodeJson } from '../bytes.ts';
import type { HttpReply } from '../host.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { jsonContentType } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import type { RuntimeRejection } from '../sandbox/runtime-port.ts';

const acceptedHeaders = { 'Content-Type': jsonContentType };
const acceptedBody = '{"status":"OK"}\n';

/** 202, as for every answer that Lambda takes. */
export const accept = (reply: HttpReply): void => reply.send(202, acceptedHeaders, acceptedBody);

export const reject = (reply: HttpReply, { status, errorType, errorMessage }: RuntimeRejection): void =>
  refuse(reply, status, errorType, errorMessage);

/** The answer to a reply, of either kind, that is larger than Lambda passes on. */
export const rejectTooLarge = (reply: HttpReply): void =>
  reject(reply, {
    status: 413,
    errorType: runtimeApiErrorTypes.entityTooLarge,
    errorMessage: `Exceeded maximum allowed payload size (${limits.responseBytes} bytes).`,
  });

/** An error in the Runtime API's own shape. */
export function refuse(
  reply: HttpReply,
  status: number,
  errorType: string,
  errorMessage: string,
  headers: Record<string, string> = {},
): void {
  reply.send(status, { 'Content-Type': jsonContentType, ...headers }, encodeJson({ errorMessage, errorType }));
}
