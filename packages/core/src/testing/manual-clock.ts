import type { Clock, Timer } from '../host.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #startMs: number;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  #elapsedMs = 0;

  constructor(startMs = Date.UTC(2026, 10, 21, 12, 0, 0)) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  timer(ms: number, callback: () => void): Timer {
    const entry = { atMs: this.#elapsedMs + ms, callback };
    this.#timers.add(entry);
    return { cancel: () => this.#timers.delete(entry) };
  }

  /** Lets the time pass: what is due calls back in order, and what follows from it happens before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    for (;;) {
      await settle();
      const due = [...this.#timers].filter((one) => one.atMs <= endMs).sort((one, other) => one.atMs - other.atMs)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#elapsedMs = due.atMs;
      due.callback();
    }
    this.#elapsedMs = endMs;
  }
}

/** Lets everything happen that needs no time: a few rounds of the event loop. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}
