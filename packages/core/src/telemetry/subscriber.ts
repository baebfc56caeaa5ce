import { encodeJson } from '../bytes.ts';
import type { Clock, Timer } from '../host.ts';
import { Batches, type Batch, type Buffering } from './batches.ts';
import type { Destination } from './destination.ts';
import type { Event, LogsDroppedRecord } from './events.ts';
import { isoTime } from './figures.ts';

export interface SubscriberOptions {
  readonly clock: Clock;
  readonly destination: Destination;
  readonly buffering: Buffering;
}

/** Waits before a batch is sent again, which is given up after the last. Nobody may listen yet, or no more. */
const retryMs = [50, 100, 200, 400, 800];

/** How long what is held back may take at the end of the environment, whose shutdown has two seconds in all. */
const flushMs = 1_000;

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
  #dropReason = fellBehind;
  /** Until the batch that is gathered is sent, full or not. */
  #batchTimer: Timer | undefined;
  #retry: { readonly timer: Timer; readonly now: () => void } | undefined;
  #onFlushed: () => void = () => undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#batches = new Batches(options.buffering);
  }

  /** Takes an event. Nothing of what follows happens within this call but counting. */
  push(event: Event<string, unknown>): void {
    if (this.#phase === 'closed') return;
    this.#batches.add(encodeJson(event));
    if (this.#phase === 'flushing') this.#batches.close();
    if (this.#batches.hasFull) void this.#send();
    else this.#startTimer();
  }

  /** Sends what is held back, and what still comes, and ends. Resolves when that is done or its time is over. */
  async flush(): Promise<void> {
    if (this.#phase !== 'open') return;
    this.#phase = 'flushing';
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const limit = clock.timer(flushMs, resolve);
      this.#onFlushed = () => {
        limit.cancel();
        resolve();
      };
      this.#batches.close();
      void this.#send();
    });
    this.#close();
  }

  #close(): void {
    this.#phase = 'closed';
    this.#batchTimer?.cancel();
    this.#batches.clear();
    this.#options.destination.close();
    this.#retry?.timer.cancel();
    this.#retry?.now();
  }

  #startTimer(): void {
    this.#batchTimer ??= this.#options.clock.timer(this.#options.buffering.timeoutMs, () => {
      this.#batchTimer = undefined;
      this.#batches.close();
      void this.#send();
    });
  }

  /** Sends one closed batch after another. What went wrong before comes first. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let batch = this.#next(); batch; batch = this.#next()) {
      await this.#deliver(batch);
      if (this.#phase === 'flushing') this.#batches.close();
    }
    this.#isSending = false;
    if (this.#phase === 'flushing') this.#onFlushed();
  }

  #next(): Batch | undefined {
    if (this.#phase === 'closed') return undefined;
    const batch = this.#batches.take();
    const dropped = this.#batches.takeDropped();
    if (!dropped) return batch;
    const event = encodeJson(this.#droppedEvent({ droppedRecords: dropped.records, droppedBytes: dropped.bytes }));
    return { events: [event, ...(batch?.events ?? [])], bytes: event.length + (batch?.bytes ?? 0) };
  }

  #droppedEvent(counts: Omit<LogsDroppedRecord, 'reason'>): Event<'platform.logsDropped', LogsDroppedRecord> {
    const reason = this.#dropReason;
    this.#dropReason = fellBehind;
    return { time: isoTime(this.#options.clock.now()), type: 'platform.logsDropped', record: { reason, ...counts } };
  }

  async #deliver(batch: Batch): Promise<void> {
    for (const waitMs of [...retryMs, undefined]) {
      try {
        return await this.#options.destination.send(batch.events);
      } catch (error) {
        if (this.#phase === 'closed') return;
        if (waitMs === undefined) this.#giveUp(batch, error as Error);
        else await this.#pause(waitMs);
      }
    }
  }

  #giveUp(batch: Batch, error: Error): void {
    this.#batches.countDropped(batch.events.length, batch.bytes);
    this.#dropReason = `The subscriber could not be reached: ${error.message}`;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((now) => {
      this.#retry = { timer: this.#options.clock.timer(ms, now), now };
    });
  }
}

/** In the service's own words ("platform.logsDropped"), for extensions that match them. */
const fellBehind = 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.';
