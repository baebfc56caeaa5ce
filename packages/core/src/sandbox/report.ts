import type { Outcome } from '../function/outcome.ts';
import type { InvocationReport } from '../lifecycle.ts';
import { functionErrorTypes } from '../protocol/error-types.ts';

const bytesPerMb = 1_048_576;

/** The figures of one invocation, rounded as the service rounds them. */
export function makeReport(facts: {
  readonly elapsedMs: number;
  readonly initDurationMs: number | undefined;
  readonly timeoutMs: number;
  readonly memorySizeMb: number;
  readonly peakMemoryBytes: number | undefined;
  readonly outcome: Outcome;
  /** The environment ended before everybody had come back, though the reply may stand. */
  readonly environmentFailed: boolean;
}): InvocationReport {
  // A timed-out invocation is reported with its limit, not with the time that the kill took besides.
  const durationMs = facts.outcome.kind === 'timeout' ? facts.timeoutMs : facts.elapsedMs;
  return Object.freeze({
    durationMs,
    billedDurationMs: Math.max(1, Math.ceil(durationMs + (facts.initDurationMs ?? 0))),
    memorySizeMb: facts.memorySizeMb,
    maxMemoryUsedMb: Math.ceil((facts.peakMemoryBytes ?? 0) / bytesPerMb),
    initDurationMs: facts.initDurationMs,
    ...statusOf(facts.outcome, facts.environmentFailed),
  });
}

function statusOf(outcome: Outcome, environmentFailed: boolean): Pick<InvocationReport, 'status' | 'errorType'> {
  switch (outcome.kind) {
    case 'timeout':
      return { status: 'timeout', errorType: undefined };
    case 'exit':
    case 'init-error':
      return { status: 'error', errorType: outcome.errorType };
    default:
      // An error of the handler alone leaves no status in REPORT: the environment is sound.
      return environmentFailed
        ? { status: 'error', errorType: functionErrorTypes.exit }
        : { status: 'success', errorType: undefined };
  }
}
