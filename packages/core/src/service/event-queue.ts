import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';

/** Told to a reader who was too slow, in the place of what is missing. */
export interface EventsLost {
  readonly type: 'events-lost';
  readonly count: number;
}

export interface EventQueueOptions {
  /** How many events wait for their reader before the oldest are dropped. 10,000 unless told. */
  readonly maxEvents?: number;
  /** How many bytes of payloads and logs wait with them. 16 MiB unless told. */
  readonly maxBytes?: number;
}

const defaults = { maxEvents: 10_000, maxBytes: 16 * 1_048_576 };

/**
 * Lifecycle events for one reader, as an asynchronous iterator. The reader never holds up what it hears of: a slow one
 * loses the oldest events, and is told how many.
 */
export class EventQueue implements AsyncIterableIterator<LifecycleEvent | EventsLost> {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #unsubscribe: () => void;
  #waiting: LifecycleEvent[] = [];
  /** Where in `#waiting` the oldest is: a shift for each would cost the reader of a long queue dearly. */
  #first = 0;
  #bytes = 0;
  #lost = 0;
  #ended = false;
  readonly #readers: ((result: IteratorResult<LifecycleEvent | EventsLost, undefined>) => void)[] = [];

  /** Hears events from here on. */
  constructor(subscribe: (sink: LifecycleSink) => () => void, options: EventQueueOptions = {}) {
    this.#maxEvents = options.maxEvents ?? defaults.maxEvents;
    this.#maxBytes = options.maxBytes ?? defaults.maxBytes;
    this.#unsubscribe = subscribe((event) => this.#push(event));
  }

  next(): Promise<IteratorResult<LifecycleEvent | EventsLost, undefined>> {
    const value = this.#take();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** The reader wants no more. */
  return(): Promise<IteratorResult<LifecycleEvent | EventsLost, undefined>> {
    this.#waiting = [];
    this.#first = 0;
    this.#lost = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Nothing more comes: the iteration ends behind what waits. */
  end(): void {
    this.#unsubscribe();
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  #push(event: LifecycleEvent): void {
    const reader = this.#readers.shift();
    if (reader) return reader({ done: false, value: event });
    this.#waiting.push(event);
    this.#bytes += bytesOf(event);
    while (this.#length > this.#maxEvents || (this.#bytes > this.#maxBytes && this.#length > 1)) {
      this.#shift();
      this.#lost++;
    }
  }

  #take(): LifecycleEvent | EventsLost | undefined {
    if (this.#lost === 0) return this.#shift();
    const count = this.#lost;
    this.#lost = 0;
    return { type: 'events-lost', count };
  }

  get #length(): number {
    return this.#waiting.length - this.#first;
  }

  #shift(): LifecycleEvent | undefined {
    const event = this.#waiting[this.#first];
    if (!event) return undefined;
    this.#first++;
    this.#bytes -= bytesOf(event);
    if (this.#first < 1_000 && this.#length > 0) return event;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
    return event;
  }
}

function bytesOf(event: LifecycleEvent): number {
  switch (event.type) {
    case 'log':
      return event.bytes.length;
    case 'invocation-received':
      return event.payload.length;
    case 'invocation-completed':
      return 'payload' in event.outcome ? event.outcome.payload.length : 0;
    default:
      return 0;
  }
}
