import type { Outcome } from './function/outcome.ts';
import type { StopReason } from './sandbox/machines/environment.ts';

/**
 * What happened, as immutable facts. Logs, telemetry, the log tail and the inspector are sinks of this one stream; a
 * sink never calls back into what it hears of.
 */
export type LifecycleEvent =
  | { readonly type: 'environment-starting'; readonly environmentId: string; readonly at: number }
  | {
      readonly type: 'environment-ready';
      readonly environmentId: string;
      readonly at: number;
      readonly initDurationMs: number;
    }
  | {
      readonly type: 'environment-stopped';
      readonly environmentId: string;
      readonly at: number;
      readonly reason: StopReason;
    }
  | {
      readonly type: 'invocation-started';
      readonly environmentId: string;
      readonly at: number;
      readonly requestId: string;
      readonly functionVersion: string;
      readonly traceId: string;
    }
  | {
      readonly type: 'invocation-responding';
      readonly environmentId: string;
      readonly at: number;
      readonly requestId: string;
    }
  | {
      readonly type: 'invocation-replied';
      readonly environmentId: string;
      readonly at: number;
      readonly requestId: string;
    }
  | {
      readonly type: 'invocation-completed';
      readonly environmentId: string;
      readonly at: number;
      readonly requestId: string;
      readonly outcome: Outcome;
      readonly report: InvocationReport;
    }
  | {
      /** Something the function wrote. */
      readonly type: 'log';
      readonly environmentId: string;
      readonly at: number;
      /** `telemetry` is the log descriptor of the official clients: whole records, not bytes of a stream. */
      readonly stream: 'stdout' | 'stderr' | 'telemetry';
      readonly bytes: Uint8Array;
    };

/** The figures of a REPORT line. Times in milliseconds, sizes in MB (1,048,576 bytes). */
export interface InvocationReport {
  /** From the moment the runtime took the invocation until all were back, or the environment ended. */
  readonly durationMs: number;
  /** Initialization and duration, rounded up: both are billed since August 2025. */
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  /** 0 where the host cannot tell. */
  readonly maxMemoryUsedMb: number;
  /** From launch to the runtime's first request for work; only on the first invocation of an environment. */
  readonly initDurationMs: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
  /** Lambda's own error type, when the environment failed. */
  readonly errorType: string | undefined;
  /** How the environment failed, in Lambda's words: `Runtime exited with error: exit status 1`. */
  readonly failure: string | undefined;
}

export type LifecycleSink = (event: LifecycleEvent) => void;
