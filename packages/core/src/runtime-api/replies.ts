import { decodeText, encodeJson } from '../bytes.ts';
import { functionErrorTypes } from '../protocol/error-types.ts';
import { limits } from '../protocol/limits.ts';
import type { Reply } from '../sandbox/machines/invocation.ts';

/** What the caller gets when the function answered more than Lambda passes on. */
export function tooLargeReply(bytes: number): Reply {
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${limits.responseBytes} bytes).`;
  return functionError(functionErrorTypes.responseTooLarge, errorMessage);
}

/** What the caller gets when the runtime's answer broke off. */
export const truncatedReply = (): Reply =>
  functionError(functionErrorTypes.truncatedResponse, 'The function response ended before it was complete');

function functionError(errorType: string, errorMessage: string): Reply {
  return { kind: 'function-error', errorType, payload: encodeJson({ errorType, errorMessage }) };
}

/** The error's type: what the runtime's header says, else the errorType of its JSON, else `Runtime.Unknown`. */
export function errorTypeOf(header: string | undefined, payload: Uint8Array): string {
  if (header) return header;
  // Clients put errorType first or near it; more of a large error need not be parsed for a log line.
  const match = /"errorType"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(decodeText(payload.subarray(0, 4096)));
  if (!match) return 'Runtime.Unknown';
  try {
    return JSON.parse(match[1]!);
  } catch {
    return 'Runtime.Unknown';
  }
}
