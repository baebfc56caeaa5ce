import type { LifecycleSink, TelemetryType } from '../lifecycle.ts';
import type { ExtensionSubscription } from '../sandbox/machines/extension.ts';

/** What the Extensions API may ask of an environment on behalf of its extensions. */
export interface ExtensionPort {
  /** Gives the identifier of the extension, which it sends with everything else that it asks. */
  register(name: string, events: readonly ExtensionSubscription[]): string | ExtensionRejection;
  /** The extension asks for its next event. The poll is answered now, later, or never if the environment ends. */
  next(identifier: string, poll: EventPoll): ExtensionRejection | undefined;
  /** The extension is no longer waiting. */
  withdraw(identifier: string, poll: EventPoll): void;
  /** It tells that it failed, before it was initialized or later. */
  fail(identifier: string, when: 'init' | 'exit', errorType: string): ExtensionRejection | undefined;
  /** Its name, or undefined for an identifier that nobody has. */
  nameOf(identifier: string): string | undefined;
  /** Whether telemetry may be subscribed to: until the environment is initialized. */
  readonly takesSubscriptions: boolean;
  /** Subscribes a sink to what happens in this environment alone, until it ends; tells that `name` subscribed. */
  subscribe(subscription: Subscription): void;
  /** The API by which the extension has subscribed, if it has. */
  subscribedBy(name: string): Subscription['api'] | undefined;
}

export interface Subscription {
  readonly name: string;
  readonly api: 'telemetry' | 'logs';
  readonly types: readonly TelemetryType[];
  readonly sink: LifecycleSink;
  /**
   * Called when the environment ends: sends what is held back, and from now on what comes, at once. Resolves when nothing
   * is left; nobody waits for ever.
   */
  flush(): Promise<void>;
  /** Nothing is sent any more. */
  close(): void;
}

/** Answered with 403, in the Extensions API's own shape. */
export interface ExtensionRejection {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface EventPoll {
  deliver(event: ExtensionApiEvent): void;
  cancel(): void;
}

/** What event/next answers. Times in milliseconds since 1970. */
export type ExtensionApiEvent =
  | {
      readonly eventType: 'INVOKE';
      readonly deadlineMs: number;
      readonly requestId: string;
      readonly invokedFunctionArn: string;
      readonly tracing?: { readonly type: 'X-Amzn-Trace-Id'; readonly value: string };
    }
  | {
      readonly eventType: 'SHUTDOWN';
      readonly deadlineMs: number;
      readonly shutdownReason: ShutdownReason;
    };

export type ShutdownReason = 'spindown' | 'failure' | 'timeout';
