import { fail, type HttpRequest } from '@lambda-bootstraps/core';
import { checkValue, type Schema } from './schema.ts';

export interface JsonBody {
  /** As it was sent. */
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * The body of a request, an object of this shape.
 * @throws LambdaBootstrapsError ERR_BODY_TOO_LARGE, ERR_INVALID_BODY, ERR_INVALID_ARGUMENT
 */
export async function readJson(request: HttpRequest, limitBytes: number, schema: Schema): Promise<JsonBody> {
  const text = decode(await gather(request, limitBytes));
  const value = parse(text);
  checkValue(value, schema, '');
  return { text, value: value as JsonBody['value'] };
}

async function gather(request: HttpRequest, limitBytes: number): Promise<Uint8Array> {
  const body = await request.gather!(limitBytes);
  if (typeof body === 'number') throw fail('ERR_BODY_TOO_LARGE', body, limitBytes);
  return body;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('ERR_INVALID_BODY', 'it is not UTF-8');
  }
}

function parse(text: string): unknown {
  if (text.trim() === '') throw fail('ERR_INVALID_BODY', 'it is empty; send JSON');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('ERR_INVALID_BODY', `it is not JSON: ${(error as Error).message}`);
  }
}
