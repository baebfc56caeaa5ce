import { createInvocation } from '../function/invocation.ts';
import { renderOutcome } from '../function/render-outcome.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { LogTail } from '../logs/log-tail.ts';
import type { InvokeApi } from './invoke-api.ts';
import { parseInvokeHeaders } from './invoke-headers.ts';
import { invokeResponse } from './invoke-response.ts';
import { readEvent } from './read-event.ts';

/** POST 2015-03-31/functions/{name}/invocations. */
export async function answerInvoke(
  api: InvokeApi,
  requestId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { host, sandbox } = api;
  const { invocationType, wantsTail, context } = parseInvokeHeaders(request, host);
  const payload = await readEvent(request, host, invocationType);
  // The tail has REPORT, which is written when extensions are done.
  const answerEarly = !wantsTail;
  const invocation = createInvocation({ ...context, payload, requestId, answerEarly }, sandbox.config, host);

  if (invocationType === 'DryRun') return invokeResponse.dryRun(reply, requestId);
  if (invocationType === 'Event') {
    api.asyncInvocations.accept(invocation);
    return invokeResponse.accepted(reply, invocation);
  }
  const tail = wantsTail ? LogTail.of(sandbox, requestId) : undefined;
  const running = sandbox.run(invocation);
  const outcome = await (tail ? running.finally(tail.stop) : running);
  const rendered = renderOutcome(outcome, requestId, api.timeoutWords);
  const logResult = tail && host.base64.encode(tail.bytes());
  invokeResponse.whole(reply, invocation, sandbox.config.functionVersion, { ...rendered, logResult });
}
