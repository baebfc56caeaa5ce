import type { Subscription } from '../extensions/extension-port.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Host } from '../host.ts';
import type { LifecycleEvent, TelemetryType } from '../lifecycle.ts';
import { createDestination } from './destination.ts';
import type { Event } from './events.ts';
import { LogRecords } from './log-records.ts';
import { type LogsSchema, logsApiEvents } from './logs-api-events.ts';
import { PlatformEvents } from './platform-events.ts';
import { Subscriber } from './subscriber.ts';
import type { SubscriptionRequest } from './subscription-request.ts';

/** The schemas of the Telemetry API. Before 2022-12-13, records of the function were text, whatever its log format. */
export type TelemetrySchema = '2022-07-01' | '2022-12-13' | '2025-01-29';

type PlatformOf = (event: LifecycleEvent) => readonly Event<string, unknown>[];

type SubscriptionHost = Pick<Host, 'tcp' | 'clock'>;

export function telemetrySubscription(
  name: string,
  request: SubscriptionRequest<TelemetrySchema>,
  config: FunctionConfig,
  host: SubscriptionHost,
): Subscription {
  const platform = new PlatformEvents(config);
  const platformOf: PlatformOf = (event) => platform.of(event);
  // Managed instances log JSON only.
  const isJson = config.logFormat === 'JSON' || config.maxConcurrency > 1;
  const asJson = isJson && request.schema !== '2022-07-01';
  return subscriptionOf({ name, api: 'telemetry', request, platformOf, asJson }, host);
}

export function logsSubscription(
  name: string,
  request: SubscriptionRequest<LogsSchema>,
  host: SubscriptionHost,
): Subscription {
  const platformOf: PlatformOf = (event) => logsApiEvents(event, request.schema);
  return subscriptionOf({ name, api: 'logs', request, platformOf, asJson: false }, host);
}

interface Order extends Pick<Subscription, 'name' | 'api'> {
  readonly request: SubscriptionRequest<string>;
  readonly platformOf: PlatformOf;
  readonly asJson: boolean;
}

function subscriptionOf({ name, api, request, platformOf, asJson }: Order, host: SubscriptionHost): Subscription {
  const { types, buffering } = request;
  const subscriber = new Subscriber({ ...host, destination: createDestination(request.destination, host), buffering });
  const records = new LogRecords({ asJson });
  const wants = (type: TelemetryType): boolean => types.includes(type);
  const pushRecords = (made: readonly Event<string, unknown>[]): void => {
    for (const record of made) if (wants(record.type as TelemetryType)) subscriber.push(record);
  };
  return {
    name,
    api,
    types,
    sink(event) {
      if (event.type === 'log') return pushRecords(records.push(event));
      // A line without an end belongs before what it was waited for with.
      if (endsLines.has(event.type)) pushRecords(records.end());
      if (wants('platform')) for (const made of platformOf(event)) subscriber.push(made);
    },
    flush: () => {
      pushRecords(records.end());
      return subscriber.flush();
    },
    close: () => subscriber.close(),
  };
}

const endsLines: ReadonlySet<LifecycleEvent['type']> = new Set(['invocation-completed', 'environment-stopped']);
