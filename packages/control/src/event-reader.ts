import type { EventFilter, EventLog, Reading } from './event-log.ts';
import { limits } from './limits.ts';

/** One who reads the log at a speed of his own: a number in it, and what he wants to hear of. */
export class EventReader {
  readonly #log: EventLog;
  readonly #filter: EventFilter;
  #from: number;
  #stop: () => void = () => undefined;

  /** @param from undefined for what happens from now on */
  constructor(log: EventLog, from: number | undefined, filter: EventFilter) {
    this.#log = log;
    this.#filter = filter;
    this.#from = from ?? log.next;
  }

  /** What there is, as far as it fits into one answer. Ask again for the rest. */
  read(): Reading {
    const reading = this.#log.read(this.#from, this.#filter, limits.batch);
    this.#from = reading.next;
    return reading;
  }

  /** Calls back once, a moment after something was logged, so that what happens together is told together. */
  onceMore(callback: () => void): void {
    this.stop();
    const cancel = this.#log.onceAppended(() => {
      const timer = setTimeout(callback, limits.gatherMs);
      this.#stop = () => clearTimeout(timer);
    });
    this.#stop = cancel;
  }

  stop(): void {
    this.#stop();
    this.#stop = () => undefined;
  }
}
