import type { FeedEvent, FeedMessage } from './model/feed-event.ts';

export type FeedState = 'connecting' | 'live' | 'offline';

export interface FeedListener {
  events(events: readonly FeedEvent[]): void;
  /** So many events are gone; none where another server answers under this address. */
  lost(count: number): void;
  state(state: FeedState): void;
}

const firstDelayMs = 250;
const longestDelayMs = 4_000;

/**
 * Hears of everything that happens, from the first event that the server still has. A connection that is lost is made
 * again, and continues with the event that comes next: the server keeps them meanwhile.
 */
export class Feed {
  readonly #url: URL;
  readonly #protocols: readonly string[];
  readonly #listener: FeedListener;
  #next = 1;
  #delayMs = firstDelayMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #socket: WebSocket | undefined;

  /** @param url of the feed, http: or https: */
  constructor(url: URL, token: string | undefined, listener: FeedListener) {
    this.#url = new URL(url);
    this.#url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#protocols = token === undefined ? [] : ['lambda-bootstraps.v1', `token.${token}`];
    this.#listener = listener;
  }

  open(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#url.searchParams.set('from', String(this.#next));
    const socket = new WebSocket(this.#url, [...this.#protocols]);
    this.#socket = socket;
    socket.onopen = () => {
      this.#delayMs = firstDelayMs;
      this.#listener.state('live');
    };
    socket.onmessage = ({ data }) => this.#read(JSON.parse(String(data)) as FeedMessage);
    socket.onclose = () => this.#again();
  }

  /** Tries at once, where it would wait: the reader is back, or the network. */
  hurry(): void {
    if (this.#timer !== undefined) this.open();
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#socket) this.#socket.onclose = null;
    this.#socket?.close();
  }

  #read({ events = [], lost, next }: FeedMessage): void {
    // A server whose numbers begin anew is another one.
    if (next <= this.#next && (events[0]?.seq ?? next) < this.#next) this.#listener.lost(0);
    if (lost) this.#listener.lost(lost);
    this.#next = next;
    if (events.length > 0) this.#listener.events(events);
  }

  #again(): void {
    this.#listener.state('offline');
    this.#timer = setTimeout(() => this.open(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
  }
}
