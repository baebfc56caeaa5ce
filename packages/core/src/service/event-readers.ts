import type { LifecycleEvent } from '../lifecycle.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { EventQueue, type EventsLost } from './event-queue.ts';

/** The events of a sandbox, for any number of readers, each with a queue of its own. */
export class EventReaders implements AsyncIterable<LifecycleEvent | EventsLost> {
  readonly #sandbox: Pick<Sandbox, 'subscribe'>;
  readonly #queues = new Set<EventQueue>();
  #ended = false;

  constructor(sandbox: Pick<Sandbox, 'subscribe'>) {
    this.#sandbox = sandbox;
  }

  /** Hears what happens from this call on. */
  [Symbol.asyncIterator](): EventQueue {
    const queue: EventQueue = new EventQueue((sink) => {
      const unsubscribe = this.#sandbox.subscribe(sink);
      return () => {
        unsubscribe();
        this.#queues.delete(queue);
      };
    });
    if (this.#ended) queue.end();
    else this.#queues.add(queue);
    return queue;
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
    for (const queue of this.#queues) queue.end();
  }
}
