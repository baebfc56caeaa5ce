import type { SystemLogLevel } from '../function/function-config.ts';
import type { SystemLogEvent } from './json-log.ts';

const levels: readonly SystemLogLevel[] = ['DEBUG', 'INFO', 'WARN'];

/** Whether a `platform.*` event is told at this level ("Log-level filtering", system log level event mapping). */
export const isTold = (event: SystemLogEvent, from: SystemLogLevel): boolean =>
  levels.indexOf(levelOf(event)) >= levels.indexOf(from);

function levelOf(event: SystemLogEvent): SystemLogLevel {
  switch (event.type) {
    // INFO where it names the runtime's version, which none has here.
    case 'platform.initStart':
    case 'platform.restoreStart':
      return 'DEBUG';
    case 'platform.initRuntimeDone':
    case 'platform.restoreRuntimeDone':
    case 'platform.runtimeDone':
      return event.record.status === 'success' ? 'DEBUG' : 'WARN';
    case 'platform.initReport':
      if (event.record.status !== 'success') return 'WARN';
      return event.record.initializationType === 'on-demand' ? 'DEBUG' : 'INFO';
    case 'platform.report':
    case 'platform.restoreReport':
      return event.record.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.extension':
      return event.record.errorType === undefined ? 'INFO' : 'WARN';
    case 'platform.logsDropped':
      return 'WARN';
    default:
      return 'INFO';
  }
}
