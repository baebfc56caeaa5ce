import { encodeJson } from '../bytes.ts';
import type { ResponseSink } from '../function/invocation.ts';
import type { Base64Codec, HttpReply, HttpRequest } from '../host.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { runtimeAnswerHeaders } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import type { Reply } from '../sandbox/machines/invocation.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import { gatherBody } from './body.ts';
import { accept, reject, rejectTooLarge } from './refusal.ts';
import { errorTypeOf, tooLargeReply } from './replies.ts';

/** POST runtime/invocation/{id}/response, buffered or streamed in. */
export async function answerResponse(
  port: RuntimePort,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
  base64: Base64Codec,
): Promise<void> {
  const mode = request.header(runtimeAnswerHeaders.responseMode);
  if (mode !== undefined && mode.toLowerCase() !== 'streaming') {
    return reject(reply, {
      status: 400,
      errorType: runtimeApiErrorTypes.invalidResponseMode,
      errorMessage: `Invalid function response mode: "${mode}". Leave the header out, or send "streaming".`,
    });
  }
  const rejection = port.beginReply(requestId, 'response');
  if (rejection) return reject(reply, rejection);

  const sink = port.sinkOf(requestId);
  const outcome = sink && mode ? await passThrough(request, sink, base64) : await gather(request, base64);
  if (!outcome.reply) return port.replyBroken(requestId);
  // Answered before it is told of, so that the runtime goes on meanwhile.
  if (outcome.tooLarge) rejectTooLarge(reply);
  else accept(reply);
  port.reply(requestId, outcome.reply);
}

interface Answer {
  /** None when the body broke off. */
  readonly reply: Reply | undefined;
  readonly tooLarge?: boolean;
}

async function gather(request: HttpRequest, base64: Base64Codec): Promise<Answer> {
  try {
    const body = await gatherBody(request, limits.responseBytes);
    if (body.kind === 'too-large') return { reply: tooLargeReply(body.byteLength), tooLarge: true };
    return { reply: midStreamError(request, base64) ?? { kind: 'success', payload: body.bytes } };
  } catch {
    return { reply: undefined };
  }
}

async function passThrough(request: HttpRequest, sink: ResponseSink, base64: Base64Codec): Promise<Answer> {
  let byteLength = 0;
  try {
    sink.begin({ contentType: request.header('content-type') });
    for await (const chunk of request.chunks()) {
      byteLength += chunk.length;
      if (byteLength > limits.streamedResponseBytes) return { reply: tooLargeReply(byteLength), tooLarge: true };
      await taken(sink.write(chunk));
    }
    return { reply: midStreamError(request, base64) ?? { kind: 'success', payload: new Uint8Array(0) } };
  } catch {
    return { reply: undefined };
  }
}

/** A caller that has left takes nothing more; the runtime is not to blame, and goes on. */
const taken = (written: Promise<void>): Promise<void> => written.catch(() => undefined);

/** A streaming handler that fails after its first byte says so in trailers. */
function midStreamError(request: HttpRequest, base64: Base64Codec): Reply | undefined {
  const header = request.trailer(runtimeAnswerHeaders.errorType);
  const encodedBody = request.trailer(runtimeAnswerHeaders.errorBody);
  if (!header && !encodedBody) return undefined;
  const body = base64.decode(encodedBody ?? '') ?? new Uint8Array(0);
  const errorType = errorTypeOf(header, body);
  return { kind: 'function-error', errorType, payload: body.length > 0 ? body : encodeJson({ errorType }) };
}
