import type { Invocation } from '../function/invocation.ts';
import type { RenderedOutcome } from '../function/render-outcome.ts';
import type { HttpReply } from '../host.ts';
import { invokeResponseHeaders, jsonContentType } from '../protocol/headers.ts';

interface WholeAnswer extends RenderedOutcome {
  /** The end of the log, as base64. */
  readonly logResult: string | undefined;
}

function whole(reply: HttpReply, invocation: Invocation, version: string, rendered: WholeAnswer): void {
  const headers: Record<string, string> = {
    'Content-Type': jsonContentType,
    ...commonHeaders(invocation),
    [invokeResponseHeaders.executedVersion]: version,
  };
  if (rendered.functionError) headers[invokeResponseHeaders.functionError] = rendered.functionError;
  if (rendered.logResult !== undefined) headers[invokeResponseHeaders.logResult] = rendered.logResult;
  reply.send(200, headers, rendered.payload);
}

/** Taken, and not yet run. */
const accepted = (reply: HttpReply, invocation: Invocation): void => reply.send(202, commonHeaders(invocation), '');

const commonHeaders = (invocation: Invocation): Record<string, string> => ({
  [invokeResponseHeaders.requestId]: invocation.requestId,
  [invokeResponseHeaders.remappedContentLength]: '0',
  // The service gives the root alone, and whether it is sampled, back to the caller.
  [invokeResponseHeaders.traceId]: invocation.traceId
    .split(';')
    .filter((part) => !part.startsWith('Parent='))
    .join(';'),
});

function dryRun(reply: HttpReply, requestId: string): void {
  reply.send(
    204,
    { [invokeResponseHeaders.requestId]: requestId, [invokeResponseHeaders.remappedContentLength]: '0' },
    '',
  );
}

/** The answers of Invoke, by invocation type. */
export const invokeResponse = { whole, accepted, dryRun };
