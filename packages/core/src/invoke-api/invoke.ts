import { createInvocation, type Invocation } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import { renderOutcome } from '../function/render-outcome.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { LogTail } from '../logs/log-tail.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
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
  await outcomeOf(sandbox, invocation, tail, (outcome) => {
    const rendered = renderOutcome(outcome, requestId, api.timeoutWords);
    const logResult = tail && host.base64.encode(tail.bytes());
    invokeResponse.whole(reply, invocation, sandbox.config.functionVersion, { ...rendered, logResult });
  });
}

/** The answer is sent within the call that brings the outcome, before it is told of: its caller goes on meanwhile. */
const outcomeOf = (
  sandbox: Sandbox,
  invocation: Invocation,
  tail: LogTail | undefined,
  answer: (outcome: Outcome) => void,
): Promise<void> =>
  new Promise((done, fail) => {
    sandbox.submit({
      invocation,
      resolve(outcome) {
        tail?.stop();
        try {
          done(answer(outcome));
        } catch (error) {
          fail(error);
        }
      },
      reject(error) {
        tail?.stop();
        fail(error);
      },
    });
  });
