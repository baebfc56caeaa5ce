import {
  createTextLog,
  decodeText,
  type LifecycleEvent,
  type LifecycleSink,
  renderOutcome,
  type TextLogOptions,
} from '@lambda-bootstraps/core';
import { eventSummary, formatDuration, formatTime, parseFunctionError } from '@lambda-bootstraps/inspector/text';
import { detailLines } from './terminal-details.ts';
import { cutText, type Paint, painter, printable } from './terminal-text.ts';

export interface TerminalViewOptions extends TextLogOptions {
  /** How wide the terminal is now; undefined where there is none. */
  readonly columns: () => number | undefined;
  readonly hasColors: boolean;
  /** Whether event, result and stack follow each line. */
  readonly hasDetails: boolean;
}

type Received = Extract<LifecycleEvent, { type: 'invocation-received' }>;
type Completed = Extract<LifecycleEvent, { type: 'invocation-completed' }>;

/** Enough of a payload to say what it is. */
const summaryBytes = 65_536;

/** For who looks on: what the function writes, as it comes, and one line for each invocation when it has ended. */
export function createTerminalView(options: TerminalViewOptions): LifecycleSink {
  const text = createTextLog(options);
  const paint = painter(options.hasColors);
  const received = new Map<string, Received>();
  return (event) => {
    switch (event.type) {
      case 'invocation-received':
        received.set(event.requestId, event);
        return;
      case 'invocation-started':
        return;
      case 'invocation-completed': {
        const arrival = received.get(event.requestId);
        received.delete(event.requestId);
        options.writeLine(invocationLine(event, arrival, paint, options.columns()));
        if (options.hasDetails) for (const line of detailLines(event, arrival, paint)) options.writeLine(line);
        return;
      }
      default:
        text(event);
    }
  };
}

/** What stands before the words, in characters. */
const figuresWidth = 61;
/** What an event has of them, so that there is room for what went wrong. */
const mostBeforeFailure = 32;
/** What the words have on the narrowest terminal. */
const leastWords = 12;

/** `12:04:31.120  ok         2.31 ms   44 MB  init 61.1 ms  GET /orders`: each figure in a column of its own. */
function invocationLine(
  event: Completed,
  arrival: Received | undefined,
  paint: Paint,
  columns = Number.POSITIVE_INFINITY,
): string {
  const { outcome, report, at } = event;
  const init = report.initDurationMs === undefined ? '' : `init ${formatDuration(report.initDurationMs)}`;
  const memory = report.maxMemoryUsedMb > 0 ? `${report.maxMemoryUsedMb} MB` : '';
  const summary = arrival && eventSummary(decodeText(arrival.payload.subarray(0, summaryBytes)));
  const failure = failureOf(event);
  const words = printable(failure ? `${cutText(summary ?? '', mostBeforeFailure)}  →  ${failure}` : (summary ?? ''));
  return [
    paint('dim', formatTime(arrival?.at ?? at)),
    paint(outcome.kind === 'success' ? 'green' : 'red', statusWords[outcome.kind].padEnd(10)),
    formatDuration(report.durationMs).padStart(9),
    memory.padStart(7),
    paint('magenta', init.padEnd(13)),
    cutText(words, Math.max(columns - figuresWidth, leastWords)),
  ].join('  ');
}

/** As the inspector's page has them. */
const statusWords: Readonly<Record<Completed['outcome']['kind'], string>> = {
  success: 'ok',
  'function-error': 'error',
  timeout: 'timeout',
  exit: 'crash',
  'init-error': 'init error',
};

function failureOf({ outcome, requestId }: Completed): string | undefined {
  if (outcome.kind === 'success' || outcome.kind === 'timeout') return undefined;
  if (outcome.kind === 'exit') return outcome.message;
  const error = parseFunctionError(decodeText(renderOutcome(outcome, requestId).payload));
  return error ? `${error.type}: ${error.message}` : outcome.errorType;
}
