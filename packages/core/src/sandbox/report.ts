import type { Outcome } from '../function/outcome.ts';
import type { InvocationReport } from '../lifecycle.ts';

const bytesPerMb = 1_048_576;

/** The figures of one invocation, rounded as the service rounds them. */
export function makeReport(facts: {
  readonly elapsedMs: number;
  /** Until the runtime was back; undefined when it did not come back. */
  readonly runtimeDurationMs: number | undefined;
  readonly initDurationMs: number | undefined;
  readonly timeoutMs: number;
  readonly memorySizeMb: number;
  readonly peakMemoryBytes: number | undefined;
  readonly outcome: Outcome;
  /** How the environment ended, if it did before everybody had come back; the reply may stand all the same. */
  readonly failure: EnvironmentFailure | undefined;
}): InvocationReport {
  // A timed-out invocation is reported with its limit, not with the time that the kill took besides.
  const timedOut = facts.outcome.kind === 'timeout' || facts.failure?.kind === 'timeout';
  const durationMs = timedOut ? facts.timeoutMs : facts.elapsedMs;
  const { status, errorType, failure } = timedOut ? timeoutStatus : statusOf(facts.outcome, facts.failure);
  return Object.freeze({
    durationMs,
    billedDurationMs: Math.max(1, Math.ceil(durationMs + (facts.initDurationMs ?? 0))),
    memorySizeMb: facts.memorySizeMb,
    maxMemoryUsedMb: Math.ceil((facts.peakMemoryBytes ?? 0) / bytesPerMb),
    initDurationMs: facts.initDurationMs,
    extensionOverheadMs:
      facts.runtimeDurationMs === undefined ? undefined : Math.max(0, facts.elapsedMs - facts.runtimeDurationMs),
    status,
    errorType,
    failure,
  });
}

export type EnvironmentFailure =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'exit'; readonly errorType: string; readonly message: string };

type Status = Pick<InvocationReport, 'status' | 'errorType' | 'failure'>;

const timeoutStatus: Status = { status: 'timeout', errorType: undefined, failure: undefined };

function statusOf(outcome: Outcome, failure: EnvironmentFailure | undefined): Status {
  if (outcome.kind === 'init-error') return { status: 'error', errorType: outcome.errorType, failure: undefined };
  const end = outcome.kind === 'exit' ? outcome : failure?.kind === 'exit' ? failure : undefined;
  // An error of the handler alone leaves no status in REPORT: the environment is sound.
  if (!end) return { status: 'success', errorType: undefined, failure: undefined };
  return { status: 'error', errorType: end.errorType, failure: end.message };
}
