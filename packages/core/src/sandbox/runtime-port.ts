import type { ExtensionPort } from '../extensions/extension-port.ts';
import type { Invocation } from '../function/invocation.ts';
import type { Reply } from './machines/invocation.ts';

/**
 * What a transport (HTTP, frames) may ask of an environment on behalf of its runtime. Both transports speak to the same
 * port, so that each rule of the Runtime API stands in one place.
 */
export interface RuntimePort {
  /** The same for extensions. */
  readonly extensions: ExtensionPort;
  /** The runtime asks for work. The poll is answered now, later, or never if the environment ends. */
  next(poll: InvocationPoll): void;
  /** The runtime is no longer waiting. */
  withdraw(poll: InvocationPoll): void;
  /** Reserves the right to answer; from here on the invocation is responding. */
  beginReply(requestId: string, kind: 'response' | 'error'): RuntimeRejection | undefined;
  /** Where the answer goes while it is made, for the invocation whose reply was begun. */
  sinkOf(requestId: string): Invocation['sink'];
  /** The whole reply, after `beginReply`. */
  reply(requestId: string, reply: Reply): void;
  /** The reply broke off. If that is because the runtime has ended, its end is the answer; else the break is. */
  replyBroken(requestId: string): void;
  initError(errorType: string, payload: Uint8Array): RuntimeRejection | undefined;
  /** The runtime has initialized, and would run from a snapshot from here on. */
  restore(): RuntimeRejection | undefined;
  /** What the function does after a snapshot was restored has failed. */
  restoreError(errorType: string, payload: Uint8Array): RuntimeRejection | undefined;
}

export interface InvocationPoll {
  deliver(delivery: Delivery): void;
  /** The environment has ended; a runtime that is still there should not wait for ever. */
  cancel(): void;
}

export interface Delivery {
  readonly invocation: Invocation;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** Why the runtime's request was refused, for transports that can say so. */
export interface RuntimeRejection {
  readonly status: 400 | 403 | 410 | 413;
  readonly errorType: string;
  readonly errorMessage: string;
}
