import type { Clock } from '@lambda-bootstraps/core';
import { native } from './native.ts';

declare function setTimeout(callback: () => void, ms: number): number;
declare function clearTimeout(id: number): void;

/**
 * Every invocation starts a timer and cancels it, which costs ten times as much with LLRT's own timers as with a list. One
 * of those wakes for all that are in it; it may find that nobody waits any more.
 */
export const llrtClock: Clock = {
  now: () => Date.now(),
  monotonic: () => native.monotonic(),
  timer(ms, callback) {
    const waiter = { dueAt: native.monotonic() + ms, callback };
    waiting.add(waiter);
    wakeBy(waiter.dueAt);
    return { cancel: () => void waiting.delete(waiter) };
  },
};

const waiting = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
const alarm = { id: 0, dueAt: Number.POSITIVE_INFINITY };

function wakeBy(dueAt: number): void {
  if (dueAt >= alarm.dueAt) return;
  clearTimeout(alarm.id);
  alarm.dueAt = dueAt;
  alarm.id = setTimeout(wake, Math.max(0, Math.ceil(dueAt - native.monotonic())));
}

function wake(): void {
  alarm.dueAt = Number.POSITIVE_INFINITY;
  const now = native.monotonic();
  const due = [...waiting].filter(({ dueAt }) => dueAt <= now).sort((one, other) => one.dueAt - other.dueAt);
  for (const waiter of due) if (waiting.delete(waiter)) waiter.callback();
  wakeBy(Math.min(...[...waiting].map(({ dueAt }) => dueAt)));
}
