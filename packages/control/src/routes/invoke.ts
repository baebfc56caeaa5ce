import {
  encodeText,
  fail,
  type HttpReply,
  type HttpRequest,
  type InvokeResult,
  limits as serviceLimits,
} from '@lambda-bootstraps/core';
import { sendJson } from '../answers.ts';
import { readJson } from '../body.ts';
import { limits } from '../limits.ts';
import type { OpenApi } from '../open-api.ts';
import { rawMember } from '../raw-member.ts';
import type { ServedFunction } from '../served-functions.ts';

/** POST functions/{name}/invoke: the function's answer, its log's end and its figures in one. */
export async function answerInvoke(
  api: OpenApi,
  served: ServedFunction,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { text, value } = await readJson(request, limits.invokeBytes, api.schema('InvokeRequest'));
  const payload = encodeText(rawMember(text, 'payload') ?? '{}');
  if (payload.length > limits.eventBytes) {
    throw fail('ERR_EVENT_TOO_LARGE', 'payload', payload.length, limits.eventBytes);
  }
  const clientContext = rawMember(text, 'clientContext');
  checkClientContext(clientContext);
  const result = await served.invoke(payload, {
    clientContext,
    tail: value.tail === true,
    report: true,
  });
  sendJson(reply, 200, invokeJson(result));
}

/** As long as the header of the Invoke API lets it be, in base64. */
function checkClientContext(text: string | undefined): void {
  const length = Math.ceil(encodeText(text ?? '').length / 3) * 4;
  if (length <= serviceLimits.clientContextBytes) return;
  const reason = `it has ${length} bytes in base64 and may have ${serviceLimits.clientContextBytes}`;
  throw fail('ERR_INVALID_ARGUMENT', 'clientContext', reason);
}

/** The payload stands in it as the function wrote it: parsed and made text again, large numbers would be others. */
function invokeJson({ requestId, bytes, payload, functionError, logTail, report }: InvokeResult): string {
  const facts = JSON.stringify({ requestId, functionError, logTail, report });
  const answer = isJson(bytes) ? `"payload":${payload}` : `"payloadText":${JSON.stringify(payload)}`;
  return `${facts.slice(0, -1)},${answer}}`;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
