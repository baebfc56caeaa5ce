import { encodeJson } from '../bytes.ts';
import { functionErrorTypes } from '../protocol/error-types.ts';
import type { Outcome } from './outcome.ts';

/** What the caller of an invocation receives. */
export interface RenderedOutcome {
  readonly payload: Uint8Array;
  /** The value of X-Amz-Function-Error, if any. */
  readonly functionError: 'Unhandled' | undefined;
}

/** A door may word a timeout otherwise. */
export type TimeoutWords = (requestId: string, outcome: Extract<Outcome, { kind: 'timeout' }>) => Uint8Array;

/** The answer as the live service words it. */
export function renderOutcome(
  outcome: Outcome,
  requestId: string,
  timeoutWords: TimeoutWords = awsTimeoutWords,
): RenderedOutcome {
  switch (outcome.kind) {
    case 'success':
      return { payload: outcome.payload, functionError: undefined };
    case 'function-error':
    case 'init-error':
      return { payload: outcome.payload, functionError: 'Unhandled' };
    case 'timeout':
      return { payload: timeoutWords(requestId, outcome), functionError: 'Unhandled' };
    case 'exit':
      return { payload: errorPayload(requestId, outcome.errorType, outcome.message), functionError: 'Unhandled' };
  }
}

export const awsTimeoutWords: TimeoutWords = (requestId, outcome) =>
  errorPayload(requestId, functionErrorTypes.timedOut, timedOutAfter(outcome.timeoutMs));

/** `Task timed out after 3.00 seconds`. */
export const timedOutAfter = (timeoutMs: number): string =>
  `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;

function errorPayload(requestId: string, errorType: string, message: string): Uint8Array {
  return encodeJson({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
}
