import type { HttpReply, HttpRequest } from '../host.ts';
import { type TelemetrySchema, telemetrySubscription } from '../telemetry/subscription.ts';
import { answerSubscription, type TelemetryApi } from './telemetry-api.ts';

const schemas: readonly TelemetrySchema[] = ['2022-07-01', '2022-12-13', '2025-01-29'];

/** PUT /2022-07-01/telemetry: events go to the extension from now on, and what was before them. */
export function answerTelemetry(api: TelemetryApi, request: HttpRequest, reply: HttpReply): Promise<void> {
  // Managed instances have no older one ("Building extensions for Lambda Managed Instances").
  const known = api.config.maxConcurrency > 1 ? schemas.slice(-1) : schemas;
  return answerSubscription(api, request, reply, {
    api: 'telemetry',
    validationError: 'ValidationError',
    closedError: 'Telemetry.SubscriptionClosed',
    closedMessage: 'Telemetry API subscription is closed already',
    rule: { schemas: known },
    subscriptionOf: (name, wanted) => telemetrySubscription(name, wanted, api.config, api.host),
  });
}
