import { timedOutAfter } from '../function/render-outcome.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import type { LogsApiEvent } from './events.ts';
import { isoTime } from './figures.ts';
import { extensionEvent, reportMetrics, subscriptionRecord } from './platform-events.ts';

/** The first schema, and the one that added `platform.runtimeDone`. */
export type LogsSchema = '2020-08-15' | '2021-03-18';

/** The `platform.*` events of the Logs API. */
export function logsApiEvents(event: LifecycleEvent, schema: LogsSchema): readonly LogsApiEvent[] {
  const time = isoTime(event.at);
  switch (event.type) {
    case 'extension-initialized':
      return [extensionEvent(event)];
    case 'telemetry-subscribed':
      if (event.api !== 'logs') return [];
      return [{ time, type: 'platform.logsSubscription', record: subscriptionRecord(event) }];
    case 'invocation-started': {
      const { requestId, functionVersion: version } = event;
      return [{ time, type: 'platform.start', record: { requestId, version } }];
    }
    case 'invocation-runtime-done': {
      if (schema !== '2021-03-18') return [];
      const { requestId, figures } = event;
      return [{ time, type: 'platform.runtimeDone', record: { requestId, status: statusOf(figures.status) } }];
    }
    case 'invocation-completed':
      return completed(event);
    default:
      return [];
  }
}

/** This API knows no `error`: what a handler throws is an end like any other ("Platform runtimeDone messages"). */
const statusOf = (status: 'success' | 'error' | 'failure' | 'timeout') => (status === 'error' ? 'success' : status);

function completed(event: Extract<LifecycleEvent, { type: 'invocation-completed' }>): readonly LogsApiEvent[] {
  const { requestId, report } = event;
  const time = isoTime(event.at);
  const fault = faultOf(event);
  return [
    ...(fault === undefined
      ? []
      : [{ time, type: 'platform.fault', record: `RequestId: ${requestId} ${fault}` } as const]),
    { time, type: 'platform.end', record: { requestId } },
    { time, type: 'platform.report', record: { requestId, metrics: reportMetrics(report) } },
  ];
}

/** The words of the text log. */
function faultOf({ report }: Extract<LifecycleEvent, { type: 'invocation-completed' }>): string | undefined {
  if (report.status === 'timeout') return timedOutAfter(report.durationMs);
  if (report.failure === undefined) return undefined;
  return [`Error: ${report.failure}`, ...(report.errorType ? [report.errorType] : [])].join('\n');
}
