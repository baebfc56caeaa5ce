import { decodeText, encodeJson } from '../bytes.ts';
import { extensionErrorTypes } from '../extensions/error-types.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { extensionRequestHeaders, extensionResponseHeaders, jsonContentType } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import { gatherBody } from '../runtime-api/body.ts';
import type { ExtensionSubscription } from '../sandbox/machines/extension.ts';
import { type ExtensionsApi, refuseExtension } from './extensions-api.ts';

/** POST extension/register: the answer describes the function; its header has the extension's identifier. */
export async function answerRegister(
  { extensions, config }: ExtensionsApi,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const name = fileNameOf(request.header(extensionRequestHeaders.name) ?? '');
  if (!name) {
    return refuseExtension(reply, { errorType: extensionErrorTypes.invalidName, errorMessage: 'Empty extension name' });
  }
  const body = await gatherBody(request, limits.responseBytes);
  const events = parseEvents(body.kind === 'whole' ? body.bytes : new Uint8Array(0));
  if (typeof events === 'string') {
    const errorType = events.startsWith(notAnEvent)
      ? extensionErrorTypes.invalidEventType
      : extensionErrorTypes.invalidRequest;
    return refuseExtension(reply, { errorType, errorMessage: events });
  }
  const identifier = extensions.register(name, events);
  if (typeof identifier !== 'string') return refuseExtension(reply, identifier);
  const { functionName, functionVersion, handler, accountId } = config;
  const features = (request.header(extensionRequestHeaders.acceptFeature) ?? '').split(',').map((one) => one.trim());
  reply.send(
    200,
    { 'Content-Type': jsonContentType, [extensionResponseHeaders.identifier]: identifier },
    encodeJson({ functionName, functionVersion, handler, ...(features.includes('accountId') ? { accountId } : {}) }),
  );
}

/** Hosts give a header's bytes as a character each; the name of a file is sent as it is on disk, in UTF-8. */
const fileNameOf = (header: string): string => decodeText(Uint8Array.from(header, (byte) => byte.charCodeAt(0)));

const notAnEvent = 'ErrorInvalidEventType';

/** The events of a request's body, or what is wrong with it. Without any, an extension is told of nothing. */
function parseEvents(bytes: Uint8Array): readonly ExtensionSubscription[] | string {
  let body: unknown;
  try {
    body = JSON.parse(decodeText(bytes));
  } catch {
    return 'The body is not JSON: send {"events":["INVOKE","SHUTDOWN"]}';
  }
  if (typeof body !== 'object' || body === null)
    return 'The body is no JSON object: send {"events":["INVOKE","SHUTDOWN"]}';
  const { events = [] } = body as { events?: unknown };
  if (!Array.isArray(events)) return '"events" is no list: send {"events":["INVOKE","SHUTDOWN"]}';
  const flaw = events.find((event) => event !== 'INVOKE' && event !== 'SHUTDOWN');
  return flaw === undefined ? events : `${notAnEvent}: ${JSON.stringify(flaw)} is neither INVOKE nor SHUTDOWN`;
}
