import { encodeJson } from '../bytes.ts';
import { extensionErrorTypes } from '../extensions/error-types.ts';
import type { EventPoll } from '../extensions/extension-port.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { extensionResponseHeaders, jsonContentType } from '../protocol/headers.ts';
import { type ExtensionsApi, identifierOf, refuseExtension } from './extensions-api.ts';

/** GET extension/event/next: held open until there is an event. */
export function answerNext({ extensions, randomId }: ExtensionsApi, request: HttpRequest, reply: HttpReply): void {
  const identifier = identifierOf(request, reply);
  if (identifier === undefined) return;
  const poll: EventPoll = {
    deliver(event) {
      const headers = { 'Content-Type': jsonContentType, [extensionResponseHeaders.eventIdentifier]: randomId() };
      reply.send(200, headers, encodeJson(event));
    },
    cancel() {
      refuseExtension(reply, {
        errorType: extensionErrorTypes.invalidState,
        errorMessage: 'The execution environment has ended, or the extension asked again',
      });
    },
  };
  reply.onHangUp(() => extensions.withdraw(identifier, poll));
  const rejection = extensions.next(identifier, poll);
  if (rejection) refuseExtension(reply, rejection);
}
