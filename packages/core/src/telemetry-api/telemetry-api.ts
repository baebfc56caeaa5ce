import { encodeJson } from '../bytes.ts';
import { extensionErrorTypes } from '../extensions/error-types.ts';
import type { ExtensionPort, Subscription } from '../extensions/extension-port.ts';
import { identifierOf, refuseExtension } from '../extensions-api/extensions-api.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Host, HttpReply, HttpRequest } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import { gatherBody } from '../runtime-api/body.ts';
import { refuse } from '../runtime-api/refusal.ts';
import { parseSubscription, type SchemaRule, type SubscriptionRequest } from '../telemetry/subscription-request.ts';

/** What the answers need: the environment's extensions, and where their telemetry goes through. */
export interface TelemetryApi {
  readonly extensions: ExtensionPort;
  readonly config: FunctionConfig;
  readonly host: Pick<Host, 'tcp' | 'clock'>;
}

export interface SubscriptionWords<Schema extends string> {
  readonly api: Subscription['api'];
  readonly validationError: string;
  readonly closedError: string;
  readonly closedMessage: string;
  readonly rule: SchemaRule<Schema>;
  readonly subscriptionOf: (name: string, wanted: SubscriptionRequest<Schema>) => Subscription;
}

/** The rules of both APIs, which differ in their words. */
export async function answerSubscription<Schema extends string>(
  { extensions }: TelemetryApi,
  request: HttpRequest,
  reply: HttpReply,
  words: SubscriptionWords<Schema>,
): Promise<void> {
  const identifier = identifierOf(request, reply);
  if (identifier === undefined) return;
  const name = extensions.nameOf(identifier);
  if (name === undefined) {
    const errorMessage = `Unknown extension ${identifier}`;
    return refuseExtension(reply, { errorType: extensionErrorTypes.unknownIdentifier, errorMessage });
  }
  const body = await gatherBody(request, limits.subscriptionBytes);
  if (!extensions.takesSubscriptions) return refuse(reply, 403, words.closedError, words.closedMessage);
  const wanted = parseSubscription(body.kind === 'whole' ? body.bytes : new Uint8Array(0), words.rule);
  if (typeof wanted === 'string') return refuse(reply, 400, words.validationError, wanted);
  const earlier = extensions.subscribedBy(name);
  if (earlier !== undefined && earlier !== words.api) {
    return refuse(reply, 400, words.validationError, `${name} has subscribed by the ${apiNames[earlier]} already`);
  }
  // "Duplicate subscribe requests do not result in duplicate subscriptions": the first one stands.
  if (earlier === undefined) extensions.subscribe(words.subscriptionOf(name, wanted));
  reply.send(200, { 'Content-Type': jsonContentType }, encodeJson('OK'));
}

const apiNames: Readonly<Record<Subscription['api'], string>> = { telemetry: 'Telemetry API', logs: 'Logs API' };
