import { decodeText, encodeJson } from '../bytes.ts';
import { createInvocation, type Invocation } from '../function/invocation.ts';
import { renderOutcome } from '../function/render-outcome.ts';
import type { Host } from '../host.ts';
import type { InvocationReport } from '../lifecycle.ts';
import { LogTail } from '../logs/log-tail.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { InvokeOptions, InvokeResult } from './local-sandbox.ts';

/** Where invocations go to. */
export interface InvokeTarget {
  readonly sandbox: Sandbox;
  readonly host: Pick<Host, 'randomId' | 'clock'>;
}

/** One invocation with a buffered answer. */
export async function invoke(
  target: InvokeTarget,
  event: unknown = {},
  options: InvokeOptions = {},
): Promise<InvokeResult> {
  return runInvocation(target.sandbox, makeInvocation(target, event, options), options);
}

export function makeInvocation({ sandbox, host }: InvokeTarget, event: unknown, options: InvokeOptions): Invocation {
  const { tail, report, ...context } = options;
  const payload = event instanceof Uint8Array ? event : encodeJson(event);
  return createInvocation({ ...context, payload }, sandbox.config, host);
}

/** Runs it and gathers what was asked for. */
export async function runInvocation(
  sandbox: Sandbox,
  invocation: Invocation,
  options: Pick<InvokeOptions, 'tail' | 'report'>,
): Promise<InvokeResult> {
  const { requestId } = invocation;
  const tail = options.tail ? LogTail.of(sandbox, requestId) : undefined;
  const figures = options.report ? listenForReport(sandbox, requestId) : undefined;
  try {
    const { payload, functionError } = renderOutcome(await sandbox.run(invocation), requestId);
    return {
      requestId,
      payload: decodeText(payload),
      bytes: payload,
      functionError,
      logTail: tail && decodeText(tail.bytes()),
      report: figures?.report,
    };
  } finally {
    tail?.stop();
    figures?.stop();
  }
}

/** An invocation that is not answered early has its report before its outcome. */
function listenForReport(sandbox: Sandbox, requestId: string) {
  let report: InvocationReport | undefined;
  const stop = sandbox.subscribe((event) => {
    if (event.type === 'invocation-completed' && event.requestId === requestId) report = event.report;
  });
  return {
    get report() {
      return report;
    },
    stop,
  };
}
