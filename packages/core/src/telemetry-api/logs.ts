import { encodeJson } from '../bytes.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import { logsSubscription } from '../telemetry/subscription.ts';
import { answerSubscription, type TelemetryApi } from './telemetry-api.ts';

/** PUT /2020-08-15/logs, which the Telemetry API has superseded. */
export async function answerLogs(api: TelemetryApi, request: HttpRequest, reply: HttpReply): Promise<void> {
  // "The Logs API is not supported with Lambda Managed Instances": told as the emulators tell it.
  if (api.config.maxConcurrency > 1) {
    const errorMessage = 'Logs API is not supported: use the Telemetry API';
    return reply.send(
      202,
      { 'Content-Type': jsonContentType },
      encodeJson({ errorMessage, errorType: 'Logs.NotSupported' }),
    );
  }
  return answerSubscription(api, request, reply, {
    api: 'logs',
    validationError: 'Logs.ValidationError',
    closedError: 'Logs.SubscriptionClosed',
    closedMessage: 'Logs API subscription is closed already',
    rule: { schemas: ['2020-08-15', '2021-03-18'], fallback: '2020-08-15' },
    subscriptionOf: (name, wanted) => logsSubscription(name, wanted, api.host),
  });
}
