import { encodeJson } from '../bytes.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { runtimeAnswerHeaders } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import { gatherBody } from './body.ts';
import { accept, reject } from './refusal.ts';
import { errorTypeOf } from './replies.ts';

/** POST runtime/init/error, runtime/restore/error: the function could not be loaded; its words reach the caller. */
export async function answerInitError(
  take: RuntimePort['initError'],
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const body = await gatherBody(request, limits.responseBytes).catch(() => undefined);
  const bytes = body?.kind === 'whole' ? body.bytes : new Uint8Array(0);
  const errorType = errorTypeOf(request.header(runtimeAnswerHeaders.errorType), bytes);
  const payload = bytes.length > 0 ? bytes : encodeJson({ errorType, errorMessage: 'The runtime gave no reason' });
  const rejection = take(errorType, payload);
  if (rejection) return reject(reply, rejection);
  return accept(reply);
}
