import { encodeJson } from '../bytes.ts';
import type { HttpReply } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import type { RuntimeRejection } from '../sandbox/runtime-port.ts';

const acceptedBody = '{"status":"OK"}\n';

/** 202, as for every answer that Lambda takes. */
export const accept = (reply: HttpReply): void => reply.send(202, { 'Content-Type': jsonContentType }, acceptedBody);

export const reject = (reply: HttpReply, { status, errorType, errorMessage }: RuntimeRejection): void =>
  refuse(reply, status, errorType, errorMessage);

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
