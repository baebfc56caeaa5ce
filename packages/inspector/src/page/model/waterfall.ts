import { type Invocation, isFailure, isUnderWay, statusOf } from './invocation.ts';

export type BarKind = 'waiting' | 'init' | 'part' | 'restore' | 'handler' | 'response' | 'overhead' | 'extensions';

export interface Bar {
  readonly kind: BarKind;
  readonly label: string;
  /** Milliseconds from the beginning of the whole. */
  readonly from: number;
  readonly durationMs: number;
  readonly state: 'done' | 'failed' | 'under way';
  /** What there is to say beside the figure. */
  readonly note?: string;
}

export interface Waterfall {
  readonly bars: readonly Bar[];
  /** Milliseconds. */
  readonly totalMs: number;
  /** Where the function's timeout falls, if that is within the picture or near it. */
  readonly deadline: number | undefined;
}

/** Shorter ones could not be seen, and say nothing. */
const shortestWaitMs = 2;

/**
 * Where the time of an invocation went, from its arrival (or the start of its environment) until all were back.
 * @param now milliseconds since 1970, for what is under way
 * @param timeoutMs the function's, where it is known
 */
export function waterfallOf(invocation: Invocation, now: number, timeoutMs: number | undefined): Waterfall {
  const { receivedAt, figures, startedAt } = invocation;
  const inits = initsWithin(invocation);
  const begin = Math.min(receivedAt ?? Number.POSITIVE_INFINITY, inits[0]?.startedAt ?? invocation.firstAt);
  const started = figures?.startedAt ?? startedAt;
  const end = isUnderWay(invocation) ? Math.max(now, begin) : undefined;
  const bars = [
    ...waitingBar({ ...invocation, inits }, begin, end),
    ...initBars({ ...invocation, inits }, begin, end),
    ...runBars(invocation, begin, end),
  ];
  const totalMs = Math.max(0.1, ...bars.map(({ from, durationMs }) => from + durationMs));
  const deadline = started === undefined || timeoutMs === undefined ? undefined : started - begin + timeoutMs;
  return { bars, totalMs, deadline: deadline !== undefined && deadline <= totalMs * 1.001 ? deadline : undefined };
}

/** Not those of an environment that was ready before the invocation came. */
const initsWithin = ({ inits, receivedAt = 0 }: Invocation): Invocation['inits'] =>
  inits.filter(({ endedAt }) => endedAt === undefined || endedAt >= receivedAt);

function waitingBar({ receivedAt, inits, startedAt }: Invocation, begin: number, end: number | undefined): Bar[] {
  const until = inits[0]?.startedAt ?? startedAt ?? end;
  if (receivedAt === undefined || until === undefined) return [];
  const durationMs = until - receivedAt;
  const isOver = inits.length > 0 || startedAt !== undefined;
  if (isOver && durationMs < shortestWaitMs) return [];
  const state = isOver ? 'done' : 'under way';
  return [{ kind: 'waiting', label: 'Waiting', from: receivedAt - begin, durationMs, state }];
}

function initBars({ inits, restore }: Invocation, begin: number, end: number | undefined): Bar[] {
  const bars: Bar[] = [];
  for (const init of inits) {
    const until = init.endedAt ?? end ?? init.startedAt;
    const state = stateOf(init.status);
    const from = init.startedAt - begin;
    const label = init.phase === 'init' ? 'Init' : 'Init, in the invocation';
    const note = init.errorType ?? (init.status === 'timeout' ? 'timed out' : undefined);
    bars.push({ kind: 'init', label, from, durationMs: until - init.startedAt, state, ...(note ? { note } : {}) });
    // Who takes part is only worth a line where the runtime is not alone.
    if (init.extensions.length === 0) continue;
    const runtimeAt = init.runtimeAt ?? until;
    const runtimeState = init.runtimeAt === undefined ? state : 'done';
    bars.push({ kind: 'part', label: 'runtime', from, durationMs: runtimeAt - init.startedAt, state: runtimeState });
    for (const { name, at, state: reached } of init.extensions) {
      const part = { kind: 'part', label: name, from, durationMs: at - init.startedAt } as const;
      bars.push({ ...part, state: /error/i.test(reached) ? 'failed' : 'done', note: reached });
    }
  }
  if (restore) {
    const durationMs = (restore.endedAt ?? end ?? restore.startedAt) - restore.startedAt;
    const from = restore.startedAt - begin;
    bars.push({ kind: 'restore', label: 'Restore', from, durationMs, state: stateOf(restore.status) });
  }
  return bars;
}

const stateOf = (status: string | undefined): Bar['state'] =>
  status === undefined ? 'under way' : status === 'success' ? 'done' : 'failed';

function runBars(invocation: Invocation, begin: number, end: number | undefined): Bar[] {
  const { figures, startedAt, respondingAt, report, hasExtensions } = invocation;
  const status = statusOf(invocation);
  // One whose initialization failed was never run.
  if (startedAt === undefined || status === 'init-error') return [];
  if (figures === undefined) {
    const until = respondingAt ?? end ?? startedAt;
    const from = startedAt - begin;
    const state = respondingAt === undefined ? 'under way' : 'done';
    const handler: Bar = { kind: 'handler', label: 'Handler', from, durationMs: until - startedAt, state };
    if (respondingAt === undefined || end === undefined) return [handler];
    const durationMs = Math.max(0, end - respondingAt);
    return [
      handler,
      { kind: 'response', label: 'Response', from: respondingAt - begin, durationMs, state: 'under way' },
    ];
  }
  const { responseLatencyMs, responseDurationMs = 0, runtimeOverheadMs = 0 } = figures;
  const failed = isFailure(status);
  const bars: Bar[] = [];
  let from = figures.startedAt - begin;
  const add = (kind: BarKind, label: string, durationMs: number, note?: string): void => {
    const state = failed && kind === 'handler' ? 'failed' : 'done';
    bars.push({ kind, label, from, durationMs, state, ...(note ? { note } : {}) });
    from += durationMs;
  };
  const note = status === 'timeout' ? 'timed out' : status === 'exit' ? 'runtime exited' : undefined;
  add('handler', 'Handler', responseLatencyMs ?? figures.durationMs, note);
  if (responseLatencyMs !== undefined) {
    add('response', 'Response', responseDurationMs);
    add('overhead', 'Runtime overhead', runtimeOverheadMs);
  }
  if (hasExtensions && report?.extensionOverheadMs) add('extensions', 'Extensions', report.extensionOverheadMs);
  return bars;
}
