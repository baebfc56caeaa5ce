import type { Api, ServedFunction } from './api.ts';
import { Feed, type FeedState } from './feed.ts';
import type { FeedEvent } from './model/feed-event.ts';
import { Invocations } from './model/invocations.ts';

/** An event that was sent and has not been seen to arrive. */
interface Sent {
  readonly functionName: string;
  readonly text: string;
  readonly arrived: (requestId: string) => void;
}

/** All that the page shows, and what it may ask for. Tells of changes once a frame. */
export class Store {
  readonly invocations = new Invocations();
  functions: readonly ServedFunction[] = [];
  feedState: FeedState = 'connecting';
  /** The last thing that went wrong, for the reader. */
  trouble: string | undefined;
  readonly #api: Api;
  readonly #feed: Feed;
  readonly #subscribers = new Set<() => void>();
  #sent: readonly Sent[] = [];
  readonly #heardOf = new Set<string>();
  #isLoaded = false;
  #isTold = true;

  constructor(api: Api, token: string | undefined) {
    this.#api = api;
    this.#feed = new Feed(api.feedUrl, token, {
      events: (events) => this.#heard(events),
      lost: (count) => {
        this.invocations.addLost(count);
        this.#changed();
      },
      state: (state) => {
        // Another server may answer now, or one that has had other functions since.
        if (state === 'live' && this.feedState === 'offline') void this.#loadFunctions();
        this.feedState = state;
        this.#changed();
      },
    });
  }

  open(): void {
    this.#feed.open();
    // Of a feed that is refused a browser does not say why; of this it does.
    void this.#loadFunctions();
  }

  /** The reader is back: a lost connection is tried at once. */
  hurry(): void {
    this.#feed.hurry();
  }

  subscribe(changed: () => void): () => void {
    this.#subscribers.add(changed);
    return () => void this.#subscribers.delete(changed);
  }

  timeoutOf(functionName: string): number | undefined {
    return this.functions.find((one) => one.functionName === functionName)?.timeoutMs;
  }

  /** @param arrived hears the request id as soon as the feed tells it */
  async send(functionName: string, text: string, arrived: (requestId: string) => void): Promise<void> {
    const sent: Sent = { functionName, text: text.trim(), arrived };
    this.#sent = [...this.#sent, sent];
    this.setTrouble(undefined);
    try {
      await this.#api.invoke(functionName, sent.text);
    } catch (error) {
      this.setTrouble(`The event was not taken: ${error instanceof Error ? error.message : error}`);
      this.#sent = this.#sent.filter((other) => other !== sent);
    }
  }

  setTrouble(sentence: string | undefined): void {
    this.trouble = sentence;
    this.#changed();
  }

  async #loadFunctions(): Promise<void> {
    try {
      this.functions = await this.#api.functions();
      this.#isLoaded = true;
    } catch (error) {
      this.trouble = `The functions are not known: ${error instanceof Error ? error.message : error}`;
    }
    this.#changed();
  }

  #heard(events: readonly FeedEvent[]): void {
    for (const event of events) {
      this.invocations.apply(event);
      if (event.type === 'invocation-received' && this.#sent.length > 0) this.#match(event);
    }
    if (events.some(({ functionName }) => this.#isNew(functionName))) void this.#loadFunctions();
    this.#changed();
  }

  /** A function that has come since the list was asked for; one that is gone is asked for once. */
  #isNew(functionName: string): boolean {
    if (this.#heardOf.has(functionName)) return false;
    this.#heardOf.add(functionName);
    return (
      this.feedState === 'live' && this.#isLoaded && !this.functions.some((one) => one.functionName === functionName)
    );
  }

  /** The feed does not say who sent an event: the first that is the same is taken for it. */
  #match(event: Extract<FeedEvent, { type: 'invocation-received' }>): void {
    const sent = this.#sent.find(
      ({ functionName, text }) =>
        functionName === event.functionName &&
        (event.truncated ? text.startsWith(event.payload) : text === event.payload),
    );
    if (sent === undefined) return;
    this.#sent = this.#sent.filter((other) => other !== sent);
    sent.arrived(event.requestId);
  }

  #changed(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    // A page that is not looked at has no frames, and needs none.
    requestAnimationFrame(() => {
      this.#isTold = true;
      for (const changed of this.#subscribers) changed();
    });
  }
}
