import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';

/** What is kept of an initialization for a subscriber that comes later; a talkative one is cut. */
const keptEvents = 1_000;

/**
 * The events of one environment: told to everybody, and to those who listen to this environment alone. The latter hear what
 * was before them too, as Lambda's telemetry does, which begins before an extension can subscribe to it.
 */
export class EnvironmentEvents {
  readonly #tell: LifecycleSink;
  readonly #listeners = new Set<LifecycleSink>();
  #past: LifecycleEvent[] | undefined = [];

  constructor(tell: LifecycleSink) {
    this.#tell = tell;
  }

  emit(event: LifecycleEvent): void {
    this.#tell(event);
    if (this.#past && this.#past.length < keptEvents) this.#past.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** The returned function ends it. */
  listen(sink: LifecycleSink): () => void {
    for (const event of this.#past ?? []) sink(event);
    this.#listeners.add(sink);
    return () => this.#listeners.delete(sink);
  }

  /** Nobody comes any more: nothing is kept from now on. */
  forget(): void {
    this.#past = undefined;
  }
}
