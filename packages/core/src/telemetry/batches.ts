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

/** How many full batches may wait while one is on its way. */
const waitingBatches = 2;

/**
 * Events on their way to one subscriber, gathered into batches. Bounded: what comes when `waitingBatches` are full is not
 * kept but counted.
 */
export class Batches {
  readonly #buffering: Buffering;
  readonly #full: Batch[] = [];
  #events: Uint8Array[] = [];
  #bytes = 0;
  #dropped = { records: 0, bytes: 0 };

  constructor(buffering: Buffering) {
    this.#buffering = buffering;
  }

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  get isEmpty(): boolean {
    return this.#full.length === 0 && this.#events.length === 0;
  }

  /** Takes an event; false when there is no room for it. */
  add(event: Uint8Array): boolean {
    const { maxBytes, maxItems } = this.#buffering;
    const overflows = this.#events.length > 0 && this.#bytes + event.length > maxBytes;
    if (overflows || this.#events.length >= maxItems) {
      if (this.#full.length >= waitingBatches) {
        this.countDropped(1, event.length);
        return false;
      }
      this.close();
    }
    this.#events.push(event);
    this.#bytes += event.length;
    if ((this.#events.length >= maxItems || this.#bytes >= maxBytes) && this.#full.length < waitingBatches) this.close();
    return true;
  }

  /** What was gathered so far is a batch, full or not. */
  close(): void {
    if (this.#events.length === 0) return;
    this.#full.push({ events: this.#events, bytes: this.#bytes });
    this.#events = [];
    this.#bytes = 0;
  }

  /** The oldest batch that is closed. */
  take(): Batch | undefined {
    return this.#full.shift();
  }

  countDropped(records: number, bytes: number): void {
    this.#dropped.records += records;
    this.#dropped.bytes += bytes;
  }

  /** How many were not kept since this was asked last. */
  takeDropped(): { readonly records: number; readonly bytes: number } | undefined {
    const dropped = this.#dropped;
    if (dropped.records === 0) return undefined;
    this.#dropped = { records: 0, bytes: 0 };
    return dropped;
  }

  /** Nothing is sent any more. */
  clear(): void {
    this.#full.length = 0;
    this.#events = [];
    this.#bytes = 0;
  }
}
