import { decodeText, encodeJson, type TimeoutWords, timedOutAfter } from '@lambda-bootstraps/core';

const green = '\u001b[32m';
const reset = '\u001b[0m';

/** Lifecycle lines are green, on a terminal or not: scripts match them so. */
export const greenLine = (line: string): string => `${green}${line}${reset}\n`;

export const dockerLambdaTimeoutWords: TimeoutWords = (requestId, { timeoutMs, at }) =>
  encodeJson({ errorMessage: `${new Date(at).toISOString()} ${requestId} ${timedOutAfter(timeoutMs)}` });

/**
 * The result as docker-lambda prints it: an empty line first, JSON on one line with `<`, `>` and `&` escaped (as Go's
 * encoder does), `null` for nothing, and anything else as it is.
 */
export function resultText(payload: Uint8Array, isJson: boolean): string {
  const text = decodeText(payload);
  if (text === '') return '\nnull\n';
  return isJson ? `\n${compactJson(text)}\n` : `\n${text}\n`;
}

/** Takes the white space between tokens out; numbers and strings stay as they were written. */
function compactJson(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '')
    .replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** docker-lambda's `\r` to `\n`, for clients that write the one inside a record to keep it one line. */
export function withLineFeeds(bytes: Uint8Array): Uint8Array {
  return bytes.includes(13) ? bytes.map((byte) => (byte === 13 ? 10 : byte)) : bytes;
}
