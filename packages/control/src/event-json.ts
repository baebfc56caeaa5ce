import { decodeText, type LifecycleEvent, renderOutcome } from '@lambda-bootstraps/core';
import type { LoggedEvent } from './event-log.ts';

/** Every type of event there is. */
const types: Readonly<Record<LifecycleEvent['type'], true>> = {
  'invocation-received': true,
  'environment-starting': true,
  'extension-initialized': true,
  'telemetry-subscribed': true,
  'runtime-initialized': true,
  'restore-started': true,
  'restore-ended': true,
  'init-ended': true,
  'environment-ready': true,
  'environment-stopped': true,
  'invocation-started': true,
  'invocation-responding': true,
  'invocation-replied': true,
  'invocation-runtime-done': true,
  'invocation-completed': true,
  log: true,
};

export const eventTypes: ReadonlySet<string> = new Set(Object.keys(types));

/** An event as JSON: its number and its function's name, then what it is; bytes as text, and nothing that is undefined. */
export const eventJson = (logged: LoggedEvent): string =>
  JSON.stringify({ seq: logged.seq, functionName: logged.functionName, ...factsOf(logged) });

/** Events in one JSON text, as a poll and the feed give them. */
export const eventsJson = (events: readonly LoggedEvent[], more: Readonly<Record<string, number>>): string =>
  `{"events":[${events.map(eventJson).join(',')}],${JSON.stringify(more).slice(1)}`;

function factsOf(logged: LoggedEvent): object {
  const { event } = logged;
  switch (event.type) {
    case 'log': {
      const { bytes: _, ...facts } = event;
      return { ...facts, ...named('text', logged) };
    }
    case 'invocation-received':
      return { ...event, ...named('payload', logged) };
    case 'invocation-completed': {
      const { functionError } = renderOutcome(event.outcome, event.requestId);
      return { ...event, outcome: { ...event.outcome, ...named('payload', logged) }, functionError };
    }
    case 'environment-stopped':
      if (event.reason.kind !== 'init-error') return event;
      return { ...event, reason: { ...event.reason, ...named('payload', logged) } };
    default:
      return event;
  }
}

function named(name: 'text' | 'payload', { text, textBytes }: LoggedEvent): object {
  if (text === undefined) return {};
  const isCut = text.length < textBytes;
  return { [name]: decodeText(text), ...(isCut && { truncated: true, bytes: textBytes }) };
}
