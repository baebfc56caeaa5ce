import type { Invocation } from '../function/invocation.ts';
import type { RenderedOutcome } from '../function/render-outcome.ts';
import type { HttpReply } from '../host.ts';
import { invokeResponseHeaders, jsonContentType } from '../protocol/headers.ts';

function whole(reply: HttpReply, invocation: Invocation, version: string, rendered: RenderedOutcome): void {
  const headers: Record<string, string> = {
    'Content-Type': jsonContentType,
    [invokeResponseHeaders.requestId]: invocation.requestId,
    [invokeResponseHeaders.remappedContentLength]: '0',
    [invokeResponseHeaders.executedVersion]: version,
    // The service gives the root alone, and whether it is sampled, back to the caller.
    [invokeResponseHeaders.traceId]: invocation.traceId
      .split(';')
      .filter((part) => !part.startsWith('Parent='))
      .join(';'),
  };
  if (rendered.functionError) headers[invokeResponseHeaders.functionError] = rendered.functionError;
  reply.send(200, headers, rendered.payload);
}

function dryRun(reply: HttpReply, requestId: string): void {
  reply.send(
    204,
    { [invokeResponseHeaders.requestId]: requestId, [invokeResponseHeaders.remappedContentLength]: '0' },
    '',
  );
}

/** The answers of Invoke, by invocation type. */
export const invokeResponse = { whole, dryRun };
