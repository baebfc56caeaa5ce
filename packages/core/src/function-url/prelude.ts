import { decodeText } from '../bytes.ts';
import { type AnswerHead, answerHead, isRecord, MalformedAnswer, type PayloadVersion } from './answer-head.ts';

/** The content type of an answer that begins with its status and headers in JSON, and eight zeros. */
export const preludeContentType = 'application/vnd.awslambda.http-integration-response';

/** A prelude and its zeros must end within these bytes ("Lambda proxy integration: response streaming"). */
export const preludeLimitBytes = 16_384;

const zeros = 8;

/** Where a prelude ends and the body begins, or undefined when the zeros are not there. */
export function findPrelude(bytes: Uint8Array): { readonly end: number; readonly bodyAt: number } | undefined {
  const limit = Math.min(bytes.length, preludeLimitBytes);
  let count = 0;
  for (let index = 0; index < limit; index++) {
    count = bytes[index] === 0 ? count + 1 : 0;
    if (count === zeros) return { end: index + 1 - zeros, bodyAt: index + 1 };
  }
  return undefined;
}

/** @throws MalformedAnswer */
export function readPrelude(bytes: Uint8Array, version: PayloadVersion): AnswerHead {
  let said: unknown;
  try {
    said = JSON.parse(decodeText(bytes));
  } catch {
    throw new MalformedAnswer('what stands before the eight zeros is not JSON');
  }
  if (!isRecord(said)) throw new MalformedAnswer('what stands before the eight zeros is not an object');
  return answerHead({ ...said, statusCode: said.statusCode ?? 200 }, version, 'application/octet-stream');
}
