import type { Base64Codec } from '../host.ts';

export interface EventBody {
  readonly text: string;
  readonly isBase64Encoded: boolean;
}

/** Measured at HTTP APIs of the live service: all else is base64, also forms, and what has no type at all. */
const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/;

/** A request's body as an event carries it. Bytes that are no text are not made one, whatever their type says. */
export function eventBody(bytes: Uint8Array, contentType: string | undefined, base64: Base64Codec): EventBody {
  const mediaType = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const text = textTypes.test(mediaType) ? textOf(bytes) : undefined;
  if (text !== undefined) return { text, isBase64Encoded: false };
  return { text: base64.encode(bytes), isBase64Encoded: true };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
