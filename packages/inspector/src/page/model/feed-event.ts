/** Text as the feed carries it: what is longer than its limit is cut, and says so. */
export interface FeedText {
  readonly truncated?: boolean;
  /** The whole's size, where it was cut. */
  readonly bytes?: number;
}

/** Where an event stands: its number in the feed, its function, and when it happened, in milliseconds since 1970. */
interface Place {
  readonly seq: number;
  readonly functionName: string;
  readonly at: number;
}

interface OfEnvironment extends Place {
  readonly environmentId: string;
}

interface OfInvocation extends OfEnvironment {
  readonly requestId: string;
}

export type InitStatus = 'success' | 'error' | 'timeout';

/** The lifecycle's events in JSON, as the control API's feed sends them: what this page reads of them. */
export type FeedEvent =
  | (Place & FeedText & InvocationReceived)
  | (OfEnvironment & { readonly type: 'environment-starting'; readonly phase: 'init' | 'invoke' })
  | (OfEnvironment & {
      readonly type: 'extension-initialized';
      readonly name: string;
      readonly state: string;
      readonly errorType?: string;
    })
  | (OfEnvironment & { readonly type: 'runtime-initialized'; readonly status: InitStatus; readonly errorType?: string })
  | (OfEnvironment & { readonly type: 'restore-started' })
  | (OfEnvironment & { readonly type: 'restore-ended'; readonly status: InitStatus; readonly durationMs: number })
  | (OfEnvironment & {
      readonly type: 'init-ended';
      readonly status: InitStatus;
      readonly errorType?: string;
      readonly durationMs: number;
    })
  | (OfEnvironment & { readonly type: 'environment-ready' | 'environment-stopped' | 'telemetry-subscribed' })
  | (OfInvocation & { readonly type: 'invocation-started'; readonly traceId: string })
  | (OfInvocation & { readonly type: 'invocation-responding' | 'invocation-replied' })
  | (OfInvocation & { readonly type: 'invocation-runtime-done'; readonly figures: RuntimeDoneFigures })
  | (OfInvocation & {
      readonly type: 'invocation-completed';
      readonly outcome: FeedOutcome;
      readonly report: FeedReport;
      readonly functionError?: string;
    })
  | (OfEnvironment &
      FeedText & {
        readonly type: 'log';
        readonly extension?: string;
        readonly stream: 'stdout' | 'stderr' | 'telemetry';
        readonly text: string;
      });

interface InvocationReceived {
  readonly type: 'invocation-received';
  readonly requestId: string;
  readonly traceId: string;
  readonly payload: string;
}

/** Times in milliseconds; what did not happen is left out. */
export interface RuntimeDoneFigures {
  readonly status: 'success' | 'error' | 'failure' | 'timeout';
  readonly durationMs: number;
  readonly producedBytes?: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly responseLatencyMs?: number;
  readonly responseDurationMs?: number;
  readonly runtimeOverheadMs?: number;
}

export interface FeedOutcome extends FeedText {
  readonly kind: 'success' | 'function-error' | 'timeout' | 'exit' | 'init-error';
  /** What the caller got. */
  readonly payload?: string;
  readonly errorType?: string;
  readonly message?: string;
}

/** The figures of the REPORT line. */
export interface FeedReport {
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly initDurationMs?: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
  readonly failure?: string;
  readonly extensionOverheadMs?: number;
}

/** What the feed sends at once: events, or how many of them it no longer had. */
export interface FeedMessage {
  readonly events?: readonly FeedEvent[];
  readonly lost?: number;
  /** The number of the event that comes next. */
  readonly next: number;
}
