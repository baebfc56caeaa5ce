import { extensionErrorTypes } from '../extensions/error-types.ts';
import type { ExtensionPort } from '../extensions/extension-port.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { extensionRequestHeaders } from '../protocol/headers.ts';
import { limits } from '../protocol/limits.ts';
import { gatherBody } from '../runtime-api/body.ts';
import { accept } from '../runtime-api/refusal.ts';
import { identifierOf, refuseExtension } from './extensions-api.ts';

/** POST extension/init/error and extension/exit/error: the environment ends with the type that the header names. */
export async function answerError(
  extensions: ExtensionPort,
  when: 'init' | 'exit',
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const identifier = identifierOf(request, reply);
  if (identifier === undefined) return;
  const errorType = request.header(extensionRequestHeaders.errorType);
  if (!errorType) {
    const errorMessage = 'Lambda-Extension-Function-Error-Type not found';
    return refuseExtension(reply, { errorType: extensionErrorTypes.missingHeader, errorMessage });
  }
  // Its body is for people: nobody here reads it, and a client that sends one wants it taken.
  await gatherBody(request, limits.responseBytes).catch(() => undefined);
  const rejection = extensions.fail(identifier, when, errorType);
  if (rejection) return refuseExtension(reply, rejection);
  return accept(reply);
}
