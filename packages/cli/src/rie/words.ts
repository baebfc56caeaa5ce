import {
  encodeText,
  type FunctionConfig,
  type LifecycleEvent,
  type TimeoutWords,
  timedOutAfter,
} from '@lambda-bootstraps/core';

/** Plain text, which the emulator's own integration tests compare. */
export const rieTimeoutWords: TimeoutWords = (_requestId, { timeoutMs }) => encodeText(timedOutAfter(timeoutMs));

/** The line by which scripts learn what is run. */
export const execWords = (command: readonly string[], workingDirectory: string, config: FunctionConfig): string =>
  `exec '${command[0] ?? 'bootstrap'}' (cwd=${workingDirectory}, handler=${config.handler})`;

/** What happened, for the log; a payload is told by its size. */
export function eventWords(event: LifecycleEvent): string {
  if (!('outcome' in event && 'payload' in event.outcome)) return `${event.type} ${JSON.stringify(event)}`;
  const payload = `${event.outcome.payload.length} bytes`;
  return `${event.type} ${JSON.stringify({ ...event, outcome: { ...event.outcome, payload } })}`;
}
