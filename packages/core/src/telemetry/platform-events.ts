import { initializationType } from '../function/environment-variables.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { LifecycleEvent, RuntimeDoneFigures } from '../lifecycle.ts';
import type {
  Event,
  ExtensionRecord,
  InitializationType,
  InitRuntimeDoneRecord,
  InitStartRecord,
  PlatformEvent,
  ReportMetrics,
  ReportRecord,
  RestoreStartRecord,
  RuntimeDoneRecord,
  Span,
  SubscriptionRecord,
  TraceContext,
} from './events.ts';
import { isoTime, roundMs } from './figures.ts';

type Of<Type extends LifecycleEvent['type']> = Extract<LifecycleEvent, { type: Type }>;

const bytesPerMb = 1_048_576;

/** The `platform.*` events of the Telemetry API, made of the lifecycle's. It remembers what is under way. */
export class PlatformEvents {
  readonly #config: FunctionConfig;
  readonly #initializationType: InitializationType;
  /** By request id. */
  readonly #underWay = new Map<string, { readonly traceId: string; runtimeDoneAt: number | undefined }>();
  /** Environments in which extensions may go on after the runtime. */
  readonly #extended = new Set<string>();

  constructor(config: FunctionConfig) {
    this.#config = config;
    this.#initializationType = initializationType(config);
  }

  /** What subscribers hear of a lifecycle event: nothing, for some. */
  of(event: LifecycleEvent): readonly PlatformEvent[] {
    if (event.type === 'restore-ended') return restored(event);
    const made = this.#one(event);
    return made ? [made] : [];
  }

  #one(event: LifecycleEvent): PlatformEvent | undefined {
    const time = isoTime(event.at);
    switch (event.type) {
      case 'environment-starting':
        return { time, type: 'platform.initStart', record: this.#initStart(event) };
      case 'runtime-initialized':
        return { time, type: 'platform.initRuntimeDone', record: this.#init(event) };
      case 'init-ended': {
        const metrics = { durationMs: roundMs(event.durationMs) };
        return { time, type: 'platform.initReport', record: { ...this.#init(event), metrics } };
      }
      case 'restore-started':
        return { time, type: 'platform.restoreStart', record: this.#instance() };
      case 'extension-initialized':
        this.#extended.add(event.environmentId);
        return extensionEvent(event);
      case 'telemetry-subscribed': {
        if (event.api !== 'telemetry') return undefined;
        return { time, type: 'platform.telemetrySubscription', record: subscriptionRecord(event) };
      }
      case 'invocation-started': {
        const { requestId, functionVersion: version, traceId } = event;
        this.#underWay.set(requestId, { traceId, runtimeDoneAt: undefined });
        return { time, type: 'platform.start', record: { requestId, version, ...tracing(traceId) } };
      }
      case 'invocation-runtime-done': {
        const underWay = this.#underWay.get(event.requestId);
        if (underWay) underWay.runtimeDoneAt = event.at;
        return { time, type: 'platform.runtimeDone', record: runtimeDone(event) };
      }
      case 'invocation-completed':
        return { time, type: 'platform.report', record: this.#report(event) };
      case 'environment-stopped':
        this.#extended.delete(event.environmentId);
        return undefined;
      default:
        return undefined;
    }
  }

  #initStart({ phase }: Of<'environment-starting'>): InitStartRecord {
    return { initializationType: this.#initializationType, phase, ...this.#instance() };
  }

  #instance(): RestoreStartRecord {
    const { functionName, functionVersion, logStreamName, memorySizeMb } = this.#config;
    return { functionName, functionVersion, instanceId: logStreamName, instanceMaxMemory: memorySizeMb * bytesPerMb };
  }

  #init({ phase, status, errorType }: Of<'runtime-initialized' | 'init-ended'>): InitRuntimeDoneRecord {
    return { initializationType: this.#initializationType, phase, status, ...ofErrorType(errorType) };
  }

  #report({ environmentId, requestId, report, at }: Of<'invocation-completed'>): ReportRecord {
    const underWay = this.#underWay.get(requestId);
    this.#underWay.delete(requestId);
    const { status, errorType, extensionOverheadMs: overheadMs } = report;
    const isManaged = this.#config.maxConcurrency > 1;
    const metrics = isManaged ? { durationMs: roundMs(report.durationMs) } : reportMetrics(report);
    const spans =
      overheadMs === undefined || !this.#extended.has(environmentId)
        ? {}
        : { spans: [span('extensionOverhead', underWay?.runtimeDoneAt ?? at - overheadMs, overheadMs)] };
    const trace = underWay ? tracing(underWay.traceId) : {};
    return { requestId, status, ...ofErrorType(errorType), metrics, ...spans, ...trace };
  }
}

function restored({ at, status, errorType, durationMs }: Of<'restore-ended'>): readonly PlatformEvent[] {
  const time = isoTime(at);
  const record = { status, ...ofErrorType(errorType) };
  return [
    { time, type: 'platform.restoreRuntimeDone', record },
    { time, type: 'platform.restoreReport', record: { ...record, metrics: { durationMs: roundMs(durationMs) } } },
  ];
}

/** The same in both APIs. */
export function extensionEvent(event: Of<'extension-initialized'>): Event<'platform.extension', ExtensionRecord> {
  const { at, name, state, events, errorType } = event;
  const record = { name, state, events, ...ofErrorType(errorType) };
  return { time: isoTime(at), type: 'platform.extension', record };
}

export const subscriptionRecord = ({ name, types }: Of<'telemetry-subscribed'>): SubscriptionRecord => ({
  name,
  state: 'Subscribed',
  types,
});

export function reportMetrics(report: Of<'invocation-completed'>['report']): ReportMetrics {
  const { initDurationMs } = report;
  return {
    durationMs: roundMs(report.durationMs),
    billedDurationMs: report.billedDurationMs,
    memorySizeMB: report.memorySizeMb,
    maxMemoryUsedMB: report.maxMemoryUsedMb,
    ...(initDurationMs === undefined ? {} : { initDurationMs: roundMs(initDurationMs) }),
  };
}

function runtimeDone({ requestId, traceId, figures }: Of<'invocation-runtime-done'>): RuntimeDoneRecord {
  const { status, errorType, durationMs, producedBytes } = figures;
  return {
    requestId,
    status,
    ...ofErrorType(errorType),
    metrics: { durationMs: roundMs(durationMs), ...(producedBytes === undefined ? {} : { producedBytes }) },
    spans: spansOf(figures),
    ...tracing(traceId),
  };
}

/** One follows the other; a part that did not happen, and what would follow it, is left out. */
function spansOf(figures: RuntimeDoneFigures): RuntimeDoneRecord['spans'] {
  const parts = [
    ['responseLatency', figures.responseLatencyMs],
    ['responseDuration', figures.responseDurationMs],
    ['runtimeOverhead', figures.runtimeOverheadMs],
  ] as const;
  const spans: RuntimeDoneRecord['spans'][number][] = [];
  let startMs = figures.startedAt;
  for (const [name, durationMs] of parts) {
    if (durationMs === undefined) break;
    spans.push(span(name, startMs, durationMs));
    startMs += durationMs;
  }
  return spans;
}

const span = <Name extends string>(name: Name, startMs: number, durationMs: number): Span<Name> => ({
  name,
  start: isoTime(startMs),
  durationMs: roundMs(durationMs),
});

/** Only of invocations that X-Ray samples, as the emulator's and the service's shared code has it. */
function tracing(traceId: string): { readonly tracing?: TraceContext } {
  if (!/(^|;)Root=[^;]/.test(traceId) || !/(^|;)Sampled=1(;|$)/.test(traceId)) return {};
  return { tracing: { type: 'X-Amzn-Trace-Id', value: traceId } };
}

const ofErrorType = (errorType: string | undefined): { readonly errorType?: string } =>
  errorType === undefined ? {} : { errorType };
