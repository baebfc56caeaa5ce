import type { FeedOutcome, FeedReport, InitStatus, RuntimeDoneFigures } from './feed-event.ts';

export type InvocationStatus =
  | 'waiting'
  | 'starting'
  | 'running'
  | 'success'
  | 'error'
  | 'timeout'
  | 'exit'
  | 'init-error'
  /** Its end was among the events that the feed had lost. */
  | 'unknown';

/** One initialization of an environment: before its first invocation or, once more, within it. */
export interface Init {
  readonly phase: 'init' | 'invoke';
  readonly startedAt: number;
  endedAt?: number;
  status?: InitStatus;
  errorType?: string;
  /** When the runtime had asked for work. */
  runtimeAt?: number;
  readonly extensions: { readonly name: string; readonly at: number; readonly state: string }[];
}

export interface Restore {
  readonly startedAt: number;
  endedAt?: number;
  status?: InitStatus;
}

export interface LogPart {
  readonly seq: number;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr' | 'telemetry';
  readonly extension: string | undefined;
  readonly text: string;
  /** The size of what was cut, where the feed cut it. */
  readonly cutFrom: number | undefined;
}

/** A payload as the feed gave it. */
export interface PayloadText {
  readonly text: string;
  readonly cutFrom: number | undefined;
}

/** What is known of one invocation; grows with the feed's events. Times in milliseconds since 1970. */
export interface Invocation {
  /** Its place in the order of arrival, from 1. */
  readonly number: number;
  readonly requestId: string;
  readonly functionName: string;
  /** The first that was heard of it. */
  readonly firstAt: number;
  receivedAt?: number;
  event?: PayloadText;
  environmentId?: string;
  traceId?: string;
  startedAt?: number;
  respondingAt?: number;
  figures?: RuntimeDoneFigures;
  completedAt?: number;
  outcome?: FeedOutcome;
  report?: FeedReport;
  /** What its environment did for it before it started, and within it. */
  inits: readonly Init[];
  restore: Restore | undefined;
  hasExtensions: boolean;
  /** Events were lost since the last that was heard of it. */
  isUncertain: boolean;
  logs: LogPart[];
  /** Parts of the log that were dropped to bound the page's memory. */
  droppedLogs: number;
  /** Roughly how many characters are kept of it. */
  size: number;
  /** Counts its changes. */
  version: number;
}

export function statusOf(invocation: Invocation): InvocationStatus {
  const { outcome } = invocation;
  if (outcome !== undefined) return outcome.kind === 'function-error' ? 'error' : outcome.kind;
  if (invocation.isUncertain) return 'unknown';
  if (invocation.startedAt !== undefined) return 'running';
  return invocation.inits.length > 0 ? 'starting' : 'waiting';
}

export const isFailure = (status: InvocationStatus): boolean =>
  status === 'error' || status === 'timeout' || status === 'exit' || status === 'init-error';

export const isUnderWay = ({ completedAt, isUncertain }: Invocation): boolean =>
  completedAt === undefined && !isUncertain;

/** Milliseconds, as REPORT has it; as far as it has come for one that runs. */
export function durationOf(invocation: Invocation, now: number): number | undefined {
  if (invocation.report) return invocation.report.durationMs;
  const { startedAt } = invocation;
  return startedAt === undefined || !isUnderWay(invocation) ? undefined : Math.max(0, now - startedAt);
}

export function initDurationOf({ report, inits }: Invocation): number | undefined {
  if (report?.initDurationMs !== undefined) return report.initDurationMs;
  const [first] = inits;
  return first?.endedAt === undefined ? undefined : first.endedAt - first.startedAt;
}
