import { EventStreamCodec } from '@smithy/eventstream-codec';
import { decodeText, encodeJson, encodeText } from '../bytes.ts';
import { createInvocation, type ResponseSink } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import { renderOutcome } from '../function/render-outcome.ts';
import type { HttpReply, HttpReplyStream, HttpRequest } from '../host.ts';
import { LogTail } from '../logs/log-tail.ts';
import { invokeResponseHeaders } from '../protocol/headers.ts';
import type { InvokeApi } from './invoke-api.ts';
import { parseInvokeHeaders } from './invoke-headers.ts';
import { invokeResponse } from './invoke-response.ts';
import { readEvent } from './read-event.ts';
import { ServiceError } from './service-error.ts';

const eventStreamContentType = 'application/vnd.amazon.eventstream';

/** POST 2021-11-15/functions/{name}/response-streaming-invocations: chunks as the function writes them. */
export async function answerInvokeStreaming(
  api: InvokeApi,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { host, sandbox } = api;
  const { invocationType, wantsTail, context } = parseInvokeHeaders(request, host);
  const payload = await readEvent(request, host, invocationType);
  if (invocationType === 'DryRun') return invokeResponse.dryRun(reply, requestId);
  if (invocationType === 'Event') {
    throw new ServiceError(400, 'InvalidParameterValueException', 'A streaming invocation cannot be of the type Event');
  }
  const answer = new StreamedAnswer(reply, { requestId, version: sandbox.config.functionVersion });
  const invocation = createInvocation({ ...context, payload, requestId, sink: answer }, sandbox.config, host);
  const tail = wantsTail ? LogTail.of(sandbox, requestId) : undefined;
  const outcome = await sandbox.run(invocation).finally(() => tail?.stop());
  await answer.complete(completionOf(outcome, requestId, api), tail && host.base64.encode(tail.bytes()));
}

interface Completion {
  /** What was not streamed: the whole answer of a function that does not stream. */
  readonly payload: Uint8Array;
  readonly errorCode?: string;
  readonly errorDetails?: string;
}

function completionOf(outcome: Outcome, requestId: string, api: InvokeApi): Completion {
  if (outcome.kind === 'success') return { payload: outcome.payload };
  const errorCode = outcome.kind === 'timeout' ? 'Sandbox.Timedout' : outcome.errorType;
  const details = decodeText(renderOutcome(outcome, requestId, api.timeoutWords).payload);
  return { payload: new Uint8Array(0), errorCode, errorDetails: details };
}

/** The events of one answer. A caller that went away is not waited for: the function runs on. */
class StreamedAnswer implements ResponseSink {
  readonly #reply: HttpReply;
  readonly #facts: { readonly requestId: string; readonly version: string };
  readonly #codec = new EventStreamCodec(decodeText, encodeText);
  #stream: HttpReplyStream | undefined;

  constructor(reply: HttpReply, facts: { readonly requestId: string; readonly version: string }) {
    this.#reply = reply;
    this.#facts = facts;
  }

  begin(): void {
    this.#stream ??= this.#reply.stream(200, {
      'Content-Type': eventStreamContentType,
      [invokeResponseHeaders.requestId]: this.#facts.requestId,
      [invokeResponseHeaders.executedVersion]: this.#facts.version,
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#event('PayloadChunk', 'application/octet-stream', chunk);
  }

  async complete({ payload, errorCode, errorDetails }: Completion, logResult: string | undefined): Promise<void> {
    this.begin();
    if (payload.length > 0) await this.write(payload);
    const facts = { ErrorCode: errorCode, ErrorDetails: errorDetails, LogResult: logResult };
    await this.#event('InvokeComplete', 'application/json', encodeJson(facts));
    this.#stream?.end();
    // The function that timed out may run on, and write.
    this.#stream = undefined;
  }

  async #event(type: string, contentType: string, body: Uint8Array): Promise<void> {
    const text = (value: string) => ({ type: 'string', value }) as const;
    const headers = { ':message-type': text('event'), ':event-type': text(type), ':content-type': text(contentType) };
    await this.#stream?.write(this.#codec.encode({ headers, body })).catch(() => undefined);
  }
}
