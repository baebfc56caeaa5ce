import { timedOutAfter } from '../function/render-outcome.ts';
import type { InvocationReport, LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import { type WriteOutput, writeOutput } from './write-output.ts';

export interface TextLogOptions {
  /** Takes the lifecycle's own lines. */
  readonly writeLine: (line: string) => void;
  readonly writeOutput: WriteOutput;
  /** Where REPORT has Init Duration: `last`, as the service prints it, or `first`, as the emulators do. */
  readonly initDuration?: 'first' | 'last';
  /** Whether EXTENSION, TELEMETRY, LOGS and INIT_REPORT are told, as the service does and the emulators do not. True unless told. */
  readonly initLines?: boolean;
}

/** START, END and REPORT around what the function writes, in the service's text format. */
export function createTextLog(options: TextLogOptions): LifecycleSink {
  return (event) => {
    switch (event.type) {
      case 'log':
        return writeOutput(event, options.writeOutput);
      case 'invocation-started':
        return options.writeLine(`START RequestId: ${event.requestId} Version: ${event.functionVersion}`);
      case 'invocation-completed':
        for (const line of endLines(event, options.initDuration ?? 'last')) options.writeLine(line);
        return;
      default: {
        const line = options.initLines === false ? undefined : initLine(event);
        if (line !== undefined) options.writeLine(line);
      }
    }
  };
}

/** `EXTENSION	Name: agent	State: Ready	Events: [INVOKE, SHUTDOWN]`, and whom else an environment is begun with. */
function initLine(event: LifecycleEvent): string | undefined {
  switch (event.type) {
    case 'extension-initialized':
      return tabbed([
        'EXTENSION',
        `Name: ${event.name}`,
        `State: ${event.state}`,
        `Events: [${event.events.join(', ')}]`,
        ...ofErrorType(event.errorType),
      ]);
    case 'telemetry-subscribed': {
      const types = event.types.map((type) => `${type[0]!.toUpperCase()}${type.slice(1)}`);
      const api = event.api === 'telemetry' ? 'TELEMETRY' : 'LOGS';
      return tabbed([api, `Name: ${event.name}`, 'State: Subscribed', `Types: [${types.join(', ')}]`]);
    }
    case 'init-ended':
      // Of one that succeeds, the first REPORT tells.
      if (event.status === 'success') return undefined;
      return tabbed([
        `INIT_REPORT Init Duration: ${event.durationMs.toFixed(2)} ms`,
        `Phase: ${event.phase}`,
        `Status: ${event.status}`,
        ...ofErrorType(event.errorType),
      ]);
    default:
      return undefined;
  }
}

const tabbed = (parts: readonly string[]): string => parts.join('\t');

const ofErrorType = (errorType: string | undefined): readonly string[] =>
  errorType === undefined ? [] : [`Error Type: ${errorType}`];

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
  const { initDurationMs, status, errorType } = report;
  const initPart = initDurationMs === undefined ? '' : `Init Duration: ${initDurationMs.toFixed(2)} ms\t`;
  const duration = `Duration: ${report.durationMs.toFixed(2)} ms\tBilled Duration: ${report.billedDurationMs} ms\t`;
  const memory = `Memory Size: ${report.memorySizeMb} MB\tMax Memory Used: ${report.maxMemoryUsedMb} MB\t`;
  const figures = init === 'first' ? initPart + duration + memory : duration + memory + initPart;
  const failure = (status === 'success' ? '' : `Status: ${status}\t`) + (errorType ? `Error Type: ${errorType}\t` : '');
  return `REPORT RequestId: ${requestId}\t${figures}${failure}`;
}
