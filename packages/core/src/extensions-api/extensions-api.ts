import { extensionErrorTypes } from '../extensions/error-types.ts';
import type { ExtensionPort, ExtensionRejection } from '../extensions/extension-port.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { HttpReply, HttpRequest } from '../host.ts';
import { extensionRequestHeaders } from '../protocol/headers.ts';
import type { ExtensionRoute } from '../protocol/routes.ts';
import { refuse } from '../runtime-api/refusal.ts';
import { answerError } from './error.ts';
import { answerNext } from './next.ts';
import { answerRegister } from './register.ts';

/** What the answers need besides the environment's extensions. */
export interface ExtensionsApi {
  readonly extensions: ExtensionPort;
  readonly config: FunctionConfig;
  readonly randomId: () => string;
}

/** The Extensions API 2020-01-01 of one execution environment, behind the checks of the Runtime API. */
export function answerExtensionRoute(
  { name }: Extract<ExtensionRoute, { name: `extension-${string}` }>,
  api: ExtensionsApi,
  request: HttpRequest,
  reply: HttpReply,
): void | Promise<void> {
  switch (name) {
    case 'extension-register':
      return answerRegister(api, request, reply);
    case 'extension-next':
      return answerNext(api, request, reply);
    case 'extension-init-error':
      return answerError(api.extensions, 'init', request, reply);
    case 'extension-exit-error':
      return answerError(api.extensions, 'exit', request, reply);
  }
}

/** Every refusal of the Extensions API has this status. */
export const refuseExtension = (reply: HttpReply, { errorType, errorMessage }: ExtensionRejection): void =>
  refuse(reply, 403, errorType, errorMessage);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who asks, by the identifier that registration gave; undefined when that was refused. */
export function identifierOf(request: HttpRequest, reply: HttpReply): string | undefined {
  const identifier = request.header(extensionRequestHeaders.identifier);
  if (identifier && uuid.test(identifier)) return identifier.toLowerCase();
  const rejection = identifier
    ? { errorType: extensionErrorTypes.invalidIdentifier, errorMessage: 'Invalid Lambda-Extension-Identifier' }
    : {
        errorType: extensionErrorTypes.missingIdentifier,
        errorMessage: 'Missing Lambda-Extension-Identifier header',
      };
  refuseExtension(reply, rejection);
  return undefined;
}
