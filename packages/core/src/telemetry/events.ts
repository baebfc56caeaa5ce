import type { ExtensionStateName, InitPhase, InitStatus, RuntimeDoneFigures, TelemetryType } from '../lifecycle.ts';
import type { ExtensionSubscription } from '../sandbox/machines/extension.ts';

/**
 * What a subscriber of the Telemetry API receives, in the schemas 2022-12-13 and 2025-01-29; `schema/` has both as JSON
 * Schema. Source: "Lambda Telemetry API Event schema reference".
 */
export type TelemetryEvent = PlatformEvent | LogEvent;

export type PlatformEvent =
  | Event<'platform.initStart', InitStartRecord>
  | Event<'platform.initRuntimeDone', InitRuntimeDoneRecord>
  | Event<'platform.initReport', InitReportRecord>
  | Event<'platform.start', StartRecord>
  | Event<'platform.runtimeDone', RuntimeDoneRecord>
  | Event<'platform.report', ReportRecord>
  | Event<'platform.restoreStart', RestoreStartRecord>
  | Event<'platform.restoreRuntimeDone', RestoreRuntimeDoneRecord>
  | Event<'platform.restoreReport', RestoreReportRecord>
  | Event<'platform.extension', ExtensionRecord>
  | Event<'platform.telemetrySubscription', SubscriptionRecord>
  | Event<'platform.logsDropped', LogsDroppedRecord>;

/**
 * What a subscriber of the Logs API receives; `platform.runtimeDone` only with the schema 2021-03-18. Source: "Using the
 * Lambda Logs API".
 */
export type LogsApiEvent =
  | Event<'platform.start', { readonly requestId: string; readonly version: string }>
  | Event<'platform.end', { readonly requestId: string }>
  | Event<'platform.report', { readonly requestId: string; readonly metrics: ReportMetrics }>
  | Event<'platform.fault', string>
  | Event<'platform.runtimeDone', { readonly requestId: string; readonly status: 'success' | 'failure' | 'timeout' }>
  | Event<'platform.extension', ExtensionRecord>
  | Event<'platform.logsSubscription', SubscriptionRecord>
  | Event<'platform.logsDropped', LogsDroppedRecord>
  | Event<'function' | 'extension', string>;

/** A line that the function or an extension wrote. With the JSON log format, one that is a JSON object comes as one. */
export type LogEvent = Event<'function' | 'extension', string | Readonly<Record<string, unknown>>>;

export interface Event<Type extends string, Record> {
  /** ISO 8601 in UTC, with milliseconds. */
  readonly time: string;
  readonly type: Type;
  readonly record: Record;
}

export type InitializationType =
  | 'on-demand'
  | 'provisioned-concurrency'
  | 'snap-start'
  /** Not before the schema 2025-01-29. */
  | 'lambda-managed-instances';

export interface InitStartRecord extends RestoreStartRecord {
  readonly initializationType: InitializationType;
  readonly phase: InitPhase;
}

export interface RestoreStartRecord {
  readonly functionName: string;
  readonly functionVersion: string;
  /** The name of the log stream. */
  readonly instanceId: string;
  /** Bytes. */
  readonly instanceMaxMemory: number;
}

export interface InitRuntimeDoneRecord {
  readonly initializationType: InitializationType;
  readonly phase: InitPhase;
  readonly status: InitStatus;
  readonly errorType?: string;
}

export interface InitReportRecord extends InitRuntimeDoneRecord {
  readonly metrics: { readonly durationMs: number };
}

export interface RestoreRuntimeDoneRecord {
  readonly status: InitStatus;
  readonly errorType?: string;
}

export interface RestoreReportRecord extends RestoreRuntimeDoneRecord {
  readonly metrics: { readonly durationMs: number };
}

export interface StartRecord {
  readonly requestId: string;
  readonly version: string;
  readonly tracing?: TraceContext;
}

export interface RuntimeDoneRecord {
  readonly requestId: string;
  readonly status: RuntimeDoneFigures['status'];
  readonly errorType?: string;
  readonly metrics: { readonly durationMs: number; readonly producedBytes?: number };
  readonly spans: readonly Span<'responseLatency' | 'responseDuration' | 'runtimeOverhead'>[];
  readonly tracing?: TraceContext;
}

export interface ReportRecord {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
  readonly metrics: ReportMetrics | ManagedReportMetrics;
  readonly spans?: readonly Span<'extensionOverhead'>[];
  readonly tracing?: TraceContext;
}

/** Times in milliseconds, sizes in MB (1,048,576 bytes). */
export interface ReportMetrics {
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  /** Only on the first invocation of an environment. */
  readonly initDurationMs?: number;
}

/** Where several invocations run in one environment, memory and bill are none of a single one's. */
export interface ManagedReportMetrics {
  readonly durationMs: number;
}

export interface ExtensionRecord {
  readonly name: string;
  readonly state: ExtensionStateName;
  readonly events: readonly ExtensionSubscription[];
  readonly errorType?: string;
}

export interface SubscriptionRecord {
  readonly name: string;
  readonly state: 'Subscribed';
  readonly types: readonly TelemetryType[];
}

export interface LogsDroppedRecord {
  readonly reason: string;
  readonly droppedRecords: number;
  readonly droppedBytes: number;
}

/** A part of an invocation's time. */
export interface Span<Name extends string = string> {
  readonly name: Name;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly start: string;
  readonly durationMs: number;
}

/** Of invocations that are traced: `Sampled=1`. */
export interface TraceContext {
  readonly type: 'X-Amzn-Trace-Id';
  readonly value: string;
}
