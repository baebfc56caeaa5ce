import type { HttpReply, HttpRequest } from '../host.ts';
import { runtimeAnswerHeaders } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import { gatherBody } from './body.ts';
import { accept, reject, rejectTooLarge } from './refusal.ts';
import { errorTypeOf, tooLargeReply } from './replies.ts';

/** POST runtime/invocation/{id}/error: the body goes to the caller as it is. */
export async function answerError(
  port: RuntimePort,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const rejection = port.beginReply(requestId, 'error');
  if (rejection) return reject(reply, rejection);
  const body = await gatherBody(request, limits.responseBytes).catch(() => undefined);
  if (!body) return port.replyBroken(requestId);
  if (body.kind === 'too-large') {
    rejectTooLarge(reply);
    return port.reply(requestId, tooLargeReply(body.byteLength));
  }
  const errorType = errorTypeOf(request.header(runtimeAnswerHeaders.errorType), body.bytes);
  accept(reply);
  port.reply(requestId, { kind: 'function-error', errorType, payload: body.bytes });
}
