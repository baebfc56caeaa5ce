import type { Outcome } from './function/outcome.ts';
import type { StopReason } from './sandbox/machines/environment.ts';
import type { ExtensionSubscription } from './sandbox/machines/extension.ts';

/**
 * What happened, as immutable facts. Logs, telemetry, the log tail and the inspector are sinks of this one stream; a
 * sink never calls back into what it hears of.
 */
export type LifecycleEvent =
  | {
      /** Somebody wants the function to be invoked; it may have to wait for an environment. */
      readonly type: 'invocation-received';
      readonly at: number;
      readonly requestId: string;
      readonly traceId: string;
      readonly payload: Uint8Array;
    }
  | {
      readonly type: 'environment-starting';
      readonly environmentId: string;
      readonly at: number;
      readonly phase: InitPhase;
    }
  | {
      /** An extension has asked for its first event, or failed before. */
      readonly type: 'extension-initialized';
      readonly environmentId: string;
      readonly at: number;
      readonly name: string;
      readonly state: ExtensionStateName;
      readonly events: readonly ExtensionSubscription[];
      readonly errorType: string | undefined;
    }
  | {
      readonly type: 'telemetry-subscribed';
      readonly environmentId: string;
      readonly at: number;
      readonly name: string;
      readonly api: 'telemetry' | 'logs';
      readonly types: readonly TelemetryType[];
    }
  | {
      /** The runtime has asked for its first invocation, or failed before. */
      readonly type: 'runtime-initialized';
      readonly environmentId: string;
      readonly at: number;
      readonly phase: InitPhase;
      readonly status: InitStatus;
      readonly errorType: string | undefined;
    }
  | {
      /** The runtime would run from a snapshot from here on (SnapStart), and runs the function's restore hooks. */
      readonly type: 'restore-started';
      readonly environmentId: string;
      readonly at: number;
    }
  | {
      /** It has asked for its first invocation after that, or failed before. */
      readonly type: 'restore-ended';
      readonly environmentId: string;
      readonly at: number;
      readonly status: InitStatus;
      readonly errorType: string | undefined;
      /** Milliseconds. */
      readonly durationMs: number;
    }
  | {
      /** The runtime and all extensions are initialized, or one of them has failed. */
      readonly type: 'init-ended';
      readonly environmentId: string;
      readonly at: number;
      readonly phase: InitPhase;
      readonly status: InitStatus;
      readonly errorType: string | undefined;
      /** Milliseconds. */
      readonly durationMs: number;
    }
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
      /** The runtime is done with it: back for the next one, or failed. Extensions may still be at work. */
      readonly type: 'invocation-runtime-done';
      readonly environmentId: string;
      readonly at: number;
      readonly requestId: string;
      readonly traceId: string;
      readonly figures: RuntimeDoneFigures;
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
      /** Something the function wrote, or an extension. */
      readonly type: 'log';
      readonly environmentId: string;
      readonly at: number;
      /** The external extension that wrote it. */
      readonly extension?: string;
      /** `telemetry` is the log descriptor of the official clients: whole records, not bytes of a stream. */
      readonly stream: 'stdout' | 'stderr' | 'telemetry';
      readonly bytes: Uint8Array;
    };

/** Whether initialization has time of its own, or runs in the first invocation because it failed before. */
export type InitPhase = 'init' | 'invoke';

export type InitStatus = 'success' | 'error' | 'timeout';

/** The names that the service has for an extension's state in `platform.extension`. */
export type ExtensionStateName =
  | 'Ready'
  | 'Registered'
  | 'Started'
  | 'InitError'
  | 'ExitError'
  | 'LaunchError'
  | 'Exited';

export type TelemetryType = 'platform' | 'function' | 'extension';

export interface RuntimeDoneFigures {
  /** `error` is a function error, `failure` the end of the environment. */
  readonly status: 'success' | 'error' | 'failure' | 'timeout';
  readonly errorType: string | undefined;
  /** Milliseconds from the moment the runtime took the invocation. */
  readonly durationMs: number;
  /** Size of the reply; undefined without one. */
  readonly producedBytes: number | undefined;
  /** When the runtime took it, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds from then to the reply's first byte, from there to its last, and from there to the runtime's return. */
  readonly responseLatencyMs: number | undefined;
  readonly responseDurationMs: number | undefined;
  readonly runtimeOverheadMs: number | undefined;
}

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
  /** Milliseconds for which extensions went on after the runtime was back. */
  readonly extensionOverheadMs?: number | undefined;
}

export type LifecycleSink = (event: LifecycleEvent) => void;
