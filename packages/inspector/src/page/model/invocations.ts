import { Environments } from './environments.ts';
import type { FeedEvent, FeedText } from './feed-event.ts';
import { type Invocation, isFailure, isUnderWay, statusOf } from './invocation.ts';

/** More are forgotten, the oldest first. */
export const mostInvocations = 20_000;
/** Characters of events, results and logs. */
const mostText = 100_000_000;
/** What is kept of one invocation's log: enough to read, and bounded. */
const mostLogParts = 5_000;

/** The invocations that a feed's events tell of, in the order of their arrival. */
export class Invocations {
  readonly list: Invocation[] = [];
  /** Counts the changes of any. */
  version = 0;
  /** How many events the feed had no longer. */
  lost = 0;
  /** How many of the list failed. */
  failed = 0;
  /** How many there were ever. */
  count = 0;
  #size = 0;
  readonly #byId = new Map<string, Invocation>();
  readonly #environments = new Environments();

  get(requestId: string | undefined): Invocation | undefined {
    return requestId === undefined ? undefined : this.#byId.get(requestId);
  }

  /** Events are missing here; or, without a count, the server is another one. */
  addLost(count = 0): void {
    this.lost += count;
    for (const invocation of this.list) if (isUnderWay(invocation)) invocation.isUncertain = true;
    this.version++;
  }

  apply(event: FeedEvent): void {
    this.version++;
    switch (event.type) {
      case 'invocation-received': {
        const invocation = this.#find(event);
        invocation.receivedAt = event.at;
        invocation.traceId = event.traceId;
        invocation.event = { text: event.payload, cutFrom: cutFrom(event) };
        this.#grow(invocation, event.payload);
        return this.#environments.received(invocation);
      }
      case 'environment-starting':
        return this.#environments.starting(event);
      case 'extension-initialized':
      case 'runtime-initialized':
      case 'init-ended':
      case 'restore-started':
      case 'restore-ended':
        return this.#environments.initialized(event);
      case 'environment-stopped':
        return this.#environments.stopped(event.environmentId);
      case 'log':
        return this.#log(event);
      case 'environment-ready':
      case 'telemetry-subscribed':
        return;
      default:
        return this.#ofInvocation(event);
    }
  }

  #log(event: Extract<FeedEvent, { type: 'log' }>): void {
    const invocation = this.#environments.writer(event.environmentId, event.text);
    if (invocation === undefined) return;
    const { seq, at, stream, extension, text } = event;
    invocation.logs.push({ seq, at, stream, extension, text, cutFrom: cutFrom(event) });
    if (invocation.logs.length > mostLogParts) {
      const dropped = invocation.logs.splice(0, mostLogParts / 10);
      invocation.droppedLogs += dropped.length;
    }
    this.#grow(invocation, text);
  }

  #ofInvocation(event: Extract<FeedEvent, { requestId: string; environmentId: string }>): void {
    const invocation = this.#find(event);
    invocation.version++;
    switch (event.type) {
      case 'invocation-started':
        invocation.startedAt = event.at;
        invocation.traceId ??= event.traceId;
        invocation.environmentId = event.environmentId;
        return this.#environments.started(event.environmentId, invocation);
      case 'invocation-responding':
        invocation.respondingAt = event.at;
        return;
      case 'invocation-replied':
        return;
      case 'invocation-runtime-done':
        invocation.figures = event.figures;
        return;
      case 'invocation-completed':
        invocation.completedAt = event.at;
        invocation.outcome = event.outcome;
        invocation.report = event.report;
        if (isFailure(statusOf(invocation))) this.failed++;
        this.#grow(invocation, event.outcome.payload ?? '');
        this.#environments.completed(event.environmentId, invocation);
    }
  }

  /** The invocation of that id; one whose beginning the feed has lost begins here. */
  #find({ requestId, functionName, at }: { requestId: string; functionName: string; at: number }): Invocation {
    const known = this.#byId.get(requestId);
    if (known) {
      known.isUncertain = false;
      return known;
    }
    const invocation: Invocation = {
      number: ++this.count,
      requestId,
      functionName,
      firstAt: at,
      inits: [],
      restore: undefined,
      hasExtensions: false,
      isUncertain: false,
      logs: [],
      droppedLogs: 0,
      size: 0,
      version: 0,
    };
    this.list.push(invocation);
    this.#byId.set(requestId, invocation);
    if (this.list.length > mostInvocations) this.#forget();
    return invocation;
  }

  #grow(invocation: Invocation, text: string): void {
    invocation.version++;
    invocation.size += text.length;
    this.#size += text.length;
    while (this.#size > mostText && this.list.length > 1) this.#forget();
  }

  /** A tenth at a time: the list is long. */
  #forget(): void {
    for (const old of this.list.splice(0, Math.ceil(this.list.length / 10))) {
      this.#byId.delete(old.requestId);
      this.#environments.forget(old);
      this.#size -= old.size;
      if (isFailure(statusOf(old))) this.failed--;
    }
  }
}

const cutFrom = ({ truncated, bytes }: FeedText): number | undefined => (truncated ? bytes : undefined);
