import { type LifecycleEvent, renderOutcome } from '@lambda-bootstraps/core';

/** One event as it is kept. */
export interface LoggedEvent {
  /** 1, 2, … in the order in which things happened. */
  readonly seq: number;
  readonly functionName: string;
  readonly event: LifecycleEvent;
  /** What the event has of text: something that was written, a payload, an answer. UTF-8, cut off at {@link longestText}. */
  readonly text: Uint8Array | undefined;
  /** The length of that text before it was cut, in bytes. */
  readonly textBytes: number;
}

export interface EventFilter {
  /** Undefined for all. */
  readonly functions?: ReadonlySet<string> | undefined;
  readonly types?: ReadonlySet<string> | undefined;
}

export interface Reading {
  readonly events: readonly LoggedEvent[];
  /** The number that it began with: later than was asked where events had been dropped. */
  readonly from: number;
  /** The number to read from next. */
  readonly next: number;
  /** How many events of any kind had been dropped already. */
  readonly lost: number;
}

export interface EventLogOptions {
  /** How many events are kept. 10,000 unless told. */
  readonly events?: number;
  /** How many bytes they may have together, more or less. 16 MiB unless told. */
  readonly bytes?: number;
}

/** Bytes of a text that are kept. */
export const longestText = 65_536;

/** What an event costs besides its text, more or less. */
const eventBytes = 400;

/**
 * The last events of a server, the oldest dropped first. Readers are numbers in it: one that is slow costs nothing and
 * finds the oldest gone. Writing is all that a function's invocation waits for.
 */
export class EventLog {
  readonly #capacity: number;
  readonly #maxBytes: number;
  /** An event has the place of its number, modulo the length. */
  readonly #ring: (LoggedEvent | undefined)[];
  #first = 1;
  #next = 1;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor({ events = 10_000, bytes = 16_777_216 }: EventLogOptions = {}) {
    this.#capacity = events;
    this.#maxBytes = bytes;
    this.#ring = new Array(events);
  }

  /** The number that the next event will have. */
  get next(): number {
    return this.#next;
  }

  append(functionName: string, event: LifecycleEvent): void {
    const text = textOf(event);
    const isLong = text !== undefined && text.length > longestText;
    const kept: LoggedEvent = {
      seq: this.#next,
      functionName,
      event: isLong ? withoutText(event) : event,
      // A copy: a part of it would keep the whole.
      text: isLong ? text.slice(0, wholeCharacters(text, longestText)) : text,
      textBytes: text?.length ?? 0,
    };
    if (this.#next - this.#first === this.#capacity) this.#dropFirst();
    this.#ring[this.#next % this.#capacity] = kept;
    this.#next++;
    this.#bytes += sizeOf(kept);
    while (this.#bytes > this.#maxBytes && this.#next - this.#first > 1) this.#dropFirst();
    if (this.#waiting.length > 0) for (const callback of this.#waiting.splice(0)) callback();
  }

  /**
   * The events from number `from` on that the filter lets through, until there are no more, or `limit` is reached. A
   * number that has not been given yet is one of another server that was here before: all that is kept is new then.
   * @param limit bytes more or less; one event is given in any case
   */
  read(from: number, filter: EventFilter, limit: { readonly events: number; readonly bytes: number }): Reading {
    const start = from > this.#next ? this.#first : Math.max(from, this.#first);
    const lost = from > this.#next ? 0 : start - Math.max(from, 1);
    const events: LoggedEvent[] = [];
    let bytes = 0;
    let seq = start;
    for (; seq < this.#next && events.length < limit.events && bytes < limit.bytes; seq++) {
      const one = this.#ring[seq % this.#capacity]!;
      if (filter.functions?.has(one.functionName) === false || filter.types?.has(one.event.type) === false) continue;
      events.push(one);
      bytes += sizeOf(one);
    }
    return { events, from: start, next: seq, lost };
  }

  /** Calls back once, within the next {@link append}. The returned function takes that back. */
  onceAppended(callback: () => void): () => void {
    this.#waiting.push(callback);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== callback);
    };
  }

  #dropFirst(): void {
    const place = this.#first % this.#capacity;
    this.#bytes -= sizeOf(this.#ring[place]!);
    this.#ring[place] = undefined;
    this.#first++;
  }
}

/** A caller may give a trace id of any length. */
const sizeOf = ({ text, event }: LoggedEvent): number =>
  eventBytes + (text?.length ?? 0) + ('traceId' in event ? event.traceId.length : 0);

function textOf(event: LifecycleEvent): Uint8Array | undefined {
  switch (event.type) {
    case 'log':
      return event.bytes;
    case 'invocation-received':
      return event.payload;
    case 'invocation-completed':
      return renderOutcome(event.outcome, event.requestId).payload;
    case 'environment-stopped':
      return event.reason.kind === 'init-error' ? event.reason.payload : undefined;
    default:
      return undefined;
  }
}

const nothing = new Uint8Array(0);

/** The rest of an event, so that its text need not be kept. */
function withoutText(event: LifecycleEvent): LifecycleEvent {
  switch (event.type) {
    case 'log':
      return { ...event, bytes: nothing };
    case 'invocation-received':
      return { ...event, payload: nothing };
    case 'invocation-completed':
      return 'payload' in event.outcome ? { ...event, outcome: { ...event.outcome, payload: nothing } } : event;
    case 'environment-stopped':
      return event.reason.kind === 'init-error' ? { ...event, reason: { ...event.reason, payload: nothing } } : event;
    default:
      return event;
  }
}

/** The most bytes, up to `limit`, that end with a character of UTF-8. */
function wholeCharacters(text: Uint8Array, limit: number): number {
  let end = limit;
  while (end > limit - 4 && (text[end]! & 0xc0) === 0x80) end--;
  return end;
}
