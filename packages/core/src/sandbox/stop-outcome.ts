import type { Outcome } from '../function/outcome.ts';
import { functionErrorTypes } from '../protocol/error-types.ts';
import { exitWords } from './exit-words.ts';
import type { StopReason } from './machines/environment.ts';
import type { EnvironmentFailure } from './report.ts';

const killed = { code: null, signal: 'SIGKILL' } as const;

/** How the log and the report speak of an environment's end, whatever the caller was told. */
export function failureOfStop(reason: StopReason | undefined): EnvironmentFailure | undefined {
  switch (reason?.kind) {
    case undefined:
    case 'init-error':
      return undefined;
    case 'timeout':
      return { kind: 'timeout' };
    default:
      return { kind: 'exit', ...endOf(reason) };
  }
}

/** What the caller of an invocation is told that had no reply when its environment ended. */
export function outcomeOfStop(reason: StopReason | undefined, timeoutMs: number, at: number): Outcome {
  switch (reason?.kind) {
    case 'timeout':
      return { kind: 'timeout', timeoutMs, at };
    case 'init-error':
      return { kind: 'init-error', errorType: reason.errorType, payload: reason.payload };
    default:
      return { kind: 'exit', ...endOf(reason) };
  }
}

/** The error type of an initialization that ended so. */
export function initErrorTypeOf(reason: StopReason): string {
  return reason.kind === 'init-error' ? reason.errorType : endOf(reason).errorType;
}

function endOf(reason: StopReason | undefined): { readonly errorType: string; readonly message: string } {
  switch (reason?.kind) {
    case 'launch-failed':
      return { errorType: functionErrorTypes.invalidEntrypoint, message: reason.message };
    case 'extension-failed':
      return { errorType: reason.errorType, message: reason.message };
    case 'exit':
      return {
        errorType: reason.exit.outOfMemory ? functionErrorTypes.outOfMemory : functionErrorTypes.exit,
        message: exitWords(reason.exit),
      };
    default:
      return { errorType: functionErrorTypes.exit, message: exitWords(killed) };
  }
}
