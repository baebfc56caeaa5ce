import { encodeText } from '../bytes.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import type { Event, PlatformEvent, SubscriptionRecord } from '../telemetry/events.ts';
import { isoTime } from '../telemetry/figures.ts';
import { PlatformEvents, subscriptionRecord } from '../telemetry/platform-events.ts';
import { isTold } from './system-log-level.ts';
import { type WriteOutput, writeOutput } from './write-output.ts';

export interface JsonLogOptions {
  readonly config: FunctionConfig;
  /** Takes the `platform.*` events, each as JSON. */
  readonly writeLine: (line: string) => void;
  readonly writeOutput: WriteOutput;
}

const lineEnd = encodeText('\n');

/** What the log has of Lambda itself. */
export type SystemLogEvent = PlatformEvent | Event<'platform.logsSubscription', SubscriptionRecord>;

/**
 * `platform.*` events as JSON lines around what the function writes, from the function's system log level on. Source:
 * "Configuring JSON and plain text log formats". A line that the function has not ended is ended before them: behind it they
 * would be no JSON.
 */
export function createJsonLog(options: JsonLogOptions): LifecycleSink {
  const { config, writeLine } = options;
  const platform = new PlatformEvents(config);
  const open = new Set<'stdout' | 'stderr'>();
  const write: WriteOutput = (stream, bytes) => {
    if (bytes[bytes.length - 1] === lineEnd[0]) open.delete(stream);
    else if (bytes.length > 0) open.add(stream);
    options.writeOutput(stream, bytes);
  };
  return (event) => {
    if (event.type === 'log') return writeOutput(event, write);
    for (const told of [...platform.of(event), ...logsSubscriptionOf(event)]) {
      if (!isTold(told, config.systemLogLevel)) continue;
      for (const stream of open) write(stream, lineEnd);
      writeLine(JSON.stringify(told));
    }
  };
}

function logsSubscriptionOf(event: LifecycleEvent): readonly SystemLogEvent[] {
  if (event.type !== 'telemetry-subscribed' || event.api !== 'logs') return [];
  return [{ time: isoTime(event.at), type: 'platform.logsSubscription', record: subscriptionRecord(event) }];
}
