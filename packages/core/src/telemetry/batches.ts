/** How long events are held back before they are sent. */
export interface Buffering {
  readonly maxBytes: number;
  readonly maxItems: number;
  /** From the first event of a batch. */
  readonly timeoutMs: number;
}

/** Events that are sent together, each as JSON text in UTF-8. */
export interface Batch {
  readonly events: readonly Uint8Array[];
  readonly bytes: number;
}

export interface DropCounts {
  readonly records: number;
  readonly bytes: number;
}

/** How many full batches may wait while one is on its way. */
const waitingBatches = 2;

/**
 * Events on their way to one subscriber, gathered into batches. Bounded: what comes when all are full is not kept but
 * counted.
 */
export class Batches {
  readonly #buffering: Buffering;
  readonly #closed: Batch[] = [];
  #events: Uint8Array[] = [];
  #bytes = 0;
  #dropped: DropCounts = { records: 0, bytes: 0 };

  constructor(buffering: Buffering) {
    this.#buffering = buffering;
  }

  /** Whether a batch can be taken. */
  get hasClosed(): boolean {
    return this.#closed.length > 0;
  }

  /** Whether a batch is begun. */
  get isGathering(): boolean {
    return this.#events.length > 0;
  }

  /** Takes an event; tells whether that closed a batch. */
  add(event: Uint8Array): 'kept' | 'closed' | 'dropped' {
    const before = this.#closed.length;
    if (this.#events.length > 0 && (this.#isFull || this.#bytes + event.length > this.#buffering.maxBytes)) {
      if (before >= waitingBatches) {
        this.countDropped({ records: 1, bytes: event.length });
        return 'dropped';
      }
      this.close();
    }
    this.#events.push(event);
    this.#bytes += event.length;
    if (this.#isFull && this.#closed.length < waitingBatches) this.close();
    return this.#closed.length > before ? 'closed' : 'kept';
  }

  get #isFull(): boolean {
    return this.#events.length >= this.#buffering.maxItems || this.#bytes >= this.#buffering.maxBytes;
  }

  /** What was gathered so far is a batch, full or not. */
  close(): void {
    if (this.#events.length === 0) return;
    this.#closed.push({ events: this.#events, bytes: this.#bytes });
    this.#events = [];
    this.#bytes = 0;
  }

  /** The oldest batch that is closed. */
  take(): Batch | undefined {
    const batch = this.#closed.shift();
    if (this.#isFull) this.close();
    return batch;
  }

  countDropped({ records, bytes }: DropCounts): void {
    this.#dropped = { records: this.#dropped.records + records, bytes: this.#dropped.bytes + bytes };
  }

  /** What was not kept since this was asked last. */
  takeDropped(): DropCounts | undefined {
    const dropped = this.#dropped;
    this.#dropped = { records: 0, bytes: 0 };
    return dropped.records > 0 ? dropped : undefined;
  }

  /** Nothing is sent any more. */
  clear(): void {
    this.#closed.length = 0;
    this.#events = [];
    this.#bytes = 0;
  }
}
