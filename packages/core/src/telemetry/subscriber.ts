import { encodeJson } from '../bytes.ts';
import type { Clock, Timer } from '../host.ts';
import { type Batch, Batches, type Buffering, type DropCounts } from './batches.ts';
import type { Destination } from './destination.ts';
import type { Event, LogsDroppedRecord } from './events.ts';
import { isoTime } from './figures.ts';

export interface SubscriberOptions {
  readonly clock: Clock;
  readonly destination: Destination;
  readonly buffering: Buffering;
}

/** Waits before a batch is sent again; after the last it is given up. Perhaps nobody listens yet. */
const retryMs = [50, 100, 200, 400, 800];

/** How long the end of an environment waits for what is held back; its shutdown has two seconds in all. */
const flushMs = 500;

/** The service's own words ("platform.logsDropped"): extensions match them. */
const fellBehind = 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.';

/** What is on its way: a batch, and the notice of what could not be sent before it. */
interface Parcel extends Batch {
  readonly notice: DropCounts | undefined;
}

const emptyBatch: Batch = { events: [], bytes: 0 };

/**
 * Sends events to one subscriber: gathered into batches, one on its way at a time. However slow or dead the subscriber is,
 * nobody waits for it, and it costs bounded memory: what there is no room for is dropped and told in
 * `platform.logsDropped`.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #batches: Batches;
  #phase: 'open' | 'flushing' | 'closed' = 'open';
  #isSending = false;
  /** The events that are gathered have waited long enough. */
  #isDue = false;
  #timer: Timer | undefined;
  #retry: { now(): void } | undefined;
  /** Why nothing reached it, the last time that something was to. */
  #unreachable: string | undefined;
  #onFlushed: () => void = () => undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#batches = new Batches(options.buffering);
  }

  push(event: Event<string, unknown>): void {
    if (this.#phase === 'closed') return;
    if (this.#batches.add(encodeJson(event)) === 'closed') this.#stopTimer();
    if (this.#phase === 'flushing') this.#isDue = true;
    else if (this.#batches.isGathering) this.#startTimer();
    this.#send();
  }

  /** Sends what is held back, and from now on what comes, at once. Resolves when nothing is left or its time is over. */
  async flush(): Promise<void> {
    if (this.#phase !== 'open') return;
    this.#phase = 'flushing';
    this.#stopTimer();
    this.#isDue = true;
    await new Promise<void>((resolve) => {
      const limit = this.#options.clock.timer(flushMs, resolve);
      this.#onFlushed = () => {
        limit.cancel();
        resolve();
      };
      // One that was to be tried again later has no later.
      this.#retry?.now();
      this.#send();
    });
  }

  /** Nothing is sent any more, and nothing left behind. */
  close(): void {
    this.#phase = 'closed';
    this.#stopTimer();
    this.#batches.clear();
    this.#options.destination.close();
    this.#retry?.now();
    this.#onFlushed();
  }

  #startTimer(): void {
    if (this.#isDue) return;
    this.#timer ??= this.#options.clock.timer(this.#options.buffering.timeoutMs, () => {
      this.#timer = undefined;
      this.#isDue = true;
      this.#send();
    });
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isDue = false;
  }

  /** Sends one parcel after another while there are any. */
  #send(): void {
    if (this.#isSending) return;
    const parcel = this.#next();
    if (!parcel) {
      if (this.#phase === 'flushing') this.#onFlushed();
      return;
    }
    this.#isSending = true;
    void this.#deliver(parcel).then(() => {
      this.#isSending = false;
      this.#send();
    });
  }

  #next(): Parcel | undefined {
    if (this.#phase === 'closed') return undefined;
    if (this.#isDue && !this.#batches.hasClosed) {
      this.#batches.close();
      this.#stopTimer();
    }
    const batch = this.#batches.take();
    // To one that is not to be reached, this alone is not worth a try.
    if (!batch && this.#unreachable !== undefined) return undefined;
    const notice = this.#batches.takeDropped();
    return batch || notice ? { ...(batch ?? emptyBatch), notice } : undefined;
  }

  async #deliver(parcel: Parcel): Promise<void> {
    const events = parcel.notice ? [encodeJson(this.#droppedEvent(parcel.notice)), ...parcel.events] : parcel.events;
    for (const waitMs of [...retryMs, undefined]) {
      if (this.#phase === 'closed') return;
      try {
        await this.#options.destination.send(events);
        this.#unreachable = undefined;
        return;
      } catch (error) {
        this.#unreachable = (error as Error).message;
        if (waitMs === undefined || this.#phase === 'flushing') break;
        await this.#pause(waitMs);
      }
    }
    this.#batches.countDropped({ records: parcel.events.length, bytes: parcel.bytes });
    if (parcel.notice) this.#batches.countDropped(parcel.notice);
  }

  #droppedEvent({ records, bytes }: DropCounts): Event<'platform.logsDropped', LogsDroppedRecord> {
    const reason = this.#unreachable === undefined ? fellBehind : `Events could not be sent: ${this.#unreachable}`;
    return {
      time: isoTime(this.#options.clock.now()),
      type: 'platform.logsDropped',
      record: { reason, droppedRecords: records, droppedBytes: bytes },
    };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.timer(ms, resolve);
      this.#retry = {
        now() {
          timer.cancel();
          resolve();
        },
      };
    });
  }
}
