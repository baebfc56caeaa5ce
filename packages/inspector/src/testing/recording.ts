import type { FeedEvent, FeedOutcome } from '../page/model/feed-event.ts';

/** How an invocation is to go. Times in milliseconds. */
export interface Script {
  readonly payload?: string;
  readonly result?: string;
  /** The time that its environment takes to start; warm unless told. */
  readonly initMs?: number;
  readonly extensions?: readonly string[];
  readonly logs?: readonly string[];
  readonly durationMs?: number;
  readonly outcome?: FeedOutcome;
  /** It has begun, and not ended. */
  readonly isRunning?: boolean;
  readonly memoryMb?: number;
}

type WithoutPlace<Event> = Event extends unknown ? Omit<Event, 'seq' | 'functionName'> : never;

/** Events as the feed sends them, of invocations that go as they are told, one after the other in one environment. */
export class Recording {
  readonly events: FeedEvent[] = [];
  readonly #functionName: string;
  #now: number;
  #environments = 0;
  #invocations = 0;

  constructor(functionName: string, now: number) {
    this.#functionName = functionName;
    this.#now = now;
  }

  /** @returns its request id */
  invoke(script: Script = {}): string {
    const { payload = '{}', initMs, extensions = [], logs = [], durationMs = 2.3 } = script;
    const requestId = uuid(++this.#invocations);
    const traceId = 'Root=1-6b026b52-153bf8e096314888afa3f92d;Parent=4c97b4036ab74146;Sampled=0';
    this.#add({ type: 'invocation-received', at: this.#now, requestId, traceId, payload });
    if (initMs !== undefined || this.#environments === 0) this.#start(initMs ?? 60, extensions);
    const environmentId = `environment-${this.#environments}`;
    const place = { environmentId, requestId };
    const startedAt = this.#now;
    this.#add({ type: 'invocation-started', at: startedAt, ...place, traceId });
    for (const [index, text] of logs.entries()) {
      const at = startedAt + ((index + 1) * durationMs) / (logs.length + 2);
      this.#add({
        type: 'log',
        at: Math.floor(at),
        environmentId,
        stream: 'telemetry',
        text: record(at, requestId, text),
      });
    }
    if (script.isRunning) return requestId;
    this.#now += durationMs;
    const outcome = script.outcome ?? { kind: 'success', payload: script.result ?? '{"ok":true}' };
    const answered = outcome.kind === 'success' || outcome.kind === 'function-error';
    const status = outcome.kind === 'success' ? 'success' : outcome.kind === 'timeout' ? 'timeout' : 'error';
    const latencies = { responseLatencyMs: durationMs - 0.4, responseDurationMs: 0.2, runtimeOverheadMs: 0.2 };
    this.#add({
      type: 'invocation-runtime-done',
      at: Math.round(this.#now),
      ...place,
      figures: { status, durationMs, startedAt, ...(answered && { producedBytes: 11, ...latencies }) },
    });
    const report = { memorySizeMb: 128, maxMemoryUsedMb: script.memoryMb ?? 44, status } as const;
    this.#add({
      type: 'invocation-completed',
      at: Math.round(this.#now),
      ...place,
      outcome,
      report: {
        durationMs,
        billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
        ...report,
        ...(initMs !== undefined && { initDurationMs: initMs }),
        ...(extensions.length > 0 && { extensionOverheadMs: 1.2 }),
      },
    });
    this.#now += 1;
    return requestId;
  }

  /** Nothing happens for so long. */
  wait(ms: number): void {
    this.#now += ms;
  }

  #start(initMs: number, extensions: readonly string[]): void {
    const environmentId = `environment-${++this.#environments}`;
    const begin = this.#now;
    this.#add({ type: 'environment-starting', at: begin, environmentId, phase: 'init' });
    for (const [index, name] of extensions.entries()) {
      const at = begin + initMs * (0.4 + 0.2 * index);
      this.#add({ type: 'extension-initialized', at, environmentId, name, state: 'Ready' });
    }
    this.#now += initMs;
    const ended = { at: this.#now, environmentId, status: 'success' } as const;
    this.#add({ type: 'runtime-initialized', ...ended });
    this.#add({ type: 'init-ended', ...ended, durationMs: initMs });
  }

  #add(event: WithoutPlace<FeedEvent>): void {
    this.events.push({ seq: this.events.length + 1, functionName: this.#functionName, ...event } as FeedEvent);
  }
}

const uuid = (count: number): string => `${count.toString(16).padStart(8, '0')}-7a1e-4b2c-9d3f-0a1b2c3d4e5f`;

const record = (at: number, requestId: string, text: string): string =>
  `${new Date(at).toISOString()}\t${requestId}\t${text.startsWith('ERROR\t') ? '' : 'INFO\t'}${text}\n`;
