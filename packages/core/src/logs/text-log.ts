import { concatBytes } from '../bytes.ts';
import { timedOutAfter } from '../function/render-outcome.ts';
import type { InvocationReport, LifecycleEvent, LifecycleSink } from '../lifecycle.ts';

export interface TextLogOptions {
  /** Takes the lifecycle's own lines. */
  readonly writeLine: (line: string) => void;
  /** Takes what the function wrote, as it is. */
  readonly writeOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  /** Where REPORT has Init Duration: `last`, as the service prints it, or `first`, as the emulators do. */
  readonly initDuration?: 'first' | 'last';
}

/** START, END and REPORT around what the function writes, in the service's text format. */
export function createTextLog(options: TextLogOptions): LifecycleSink {
  return (event) => {
    switch (event.type) {
      case 'log':
        return writeLog(event, options);
      case 'invocation-started':
        return options.writeLine(`START RequestId: ${event.requestId} Version: ${event.functionVersion}`);
      case 'invocation-completed':
        for (const line of endLines(event, options.initDuration ?? 'last')) options.writeLine(line);
    }
  };
}

function writeLog(event: Extract<LifecycleEvent, { type: 'log' }>, options: TextLogOptions): void {
  if (event.stream !== 'telemetry') return options.writeOutput(event.stream, event.bytes);
  // A record of the log descriptor is one event of the log; on a stream it needs an end of its own.
  const endsItself = event.bytes[event.bytes.length - 1] === newline;
  const ended = () => concatBytes([event.bytes, Uint8Array.of(newline)], event.bytes.length + 1);
  options.writeOutput('stdout', endsItself ? event.bytes : ended());
}

const newline = 10;

function endLines(event: Extract<LifecycleEvent, { type: 'invocation-completed' }>, init: 'first' | 'last'): string[] {
  const { requestId, report, at } = event;
  const lines: string[] = [];
  if (report.status === 'timeout') {
    lines.push(`${new Date(at).toISOString()} ${requestId} ${timedOutAfter(report.durationMs)}`, '');
  } else if (report.failure !== undefined) {
    lines.push(`RequestId: ${requestId} Error: ${report.failure}`, report.errorType ?? '');
  }
  lines.push(`END RequestId: ${requestId}`, reportLine(requestId, report, init));
  return lines;
}

/** The REPORT line; each part ends with a tab, the last one too, as scripts that match it expect. */
export function reportLine(requestId: string, report: InvocationReport, init: 'first' | 'last'): string {
  const initPart = report.initDurationMs === undefined ? [] : [`Init Duration: ${report.initDurationMs.toFixed(2)} ms`];
  const parts = [
    `REPORT RequestId: ${requestId}`,
    ...(init === 'first' ? initPart : []),
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedDurationMs} ms`,
    `Memory Size: ${report.memorySizeMb} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
    ...(init === 'last' ? initPart : []),
    ...(report.status === 'success' ? [] : [`Status: ${report.status}`]),
    ...(report.errorType ? [`Error Type: ${report.errorType}`] : []),
  ];
  return parts.map((part) => `${part}\t`).join('');
}
