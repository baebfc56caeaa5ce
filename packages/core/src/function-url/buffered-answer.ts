import { decodeText, encodeText } from '../bytes.ts';
import type { Base64Codec } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import { type AnswerHead, answerHead, isRecord, MalformedAnswer, type PayloadVersion } from './answer-head.ts';
import { findPrelude, readPrelude } from './prelude.ts';

export interface BufferedAnswer extends AnswerHead {
  readonly body: Uint8Array;
}

/**
 * The HTTP response in what a function returned.
 * @throws MalformedAnswer
 */
export function bufferedAnswer(payload: Uint8Array, version: PayloadVersion, base64: Base64Codec): BufferedAnswer {
  // A function that streams was gathered: JSON has no zeros, so that they are never taken for these.
  const prelude = findPrelude(payload);
  if (prelude) {
    return { ...readPrelude(payload.subarray(0, prelude.end), version), body: payload.subarray(prelude.bodyAt) };
  }
  const said = parsed(payload);
  if (isRecord(said) && said.statusCode !== undefined) {
    return { ...answerHead(said, version, jsonContentType), body: bodyOf(said, base64) };
  }
  if (version === '1.0') throw new MalformedAnswer('it has no statusCode, which payload format 1.0 needs');
  // Anything else is itself the body ("Invoking Lambda function URLs": response payload format).
  return { status: 200, headers: { 'content-type': jsonContentType }, body: payload };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(payload));
  } catch {
    throw new MalformedAnswer('it is not JSON');
  }
}

function bodyOf(said: Readonly<Record<string, unknown>>, base64: Base64Codec): Uint8Array {
  const { body } = said;
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body !== 'string') throw new MalformedAnswer('body is not a text');
  if (said.isBase64Encoded !== true) return encodeText(body);
  const bytes = base64.decode(body);
  if (!bytes) throw new MalformedAnswer('body is not base64, as isBase64Encoded says');
  return bytes;
}
