import { concatBytes } from '../bytes.ts';
import type { HttpRequest } from '../host.ts';

export type GatheredBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** Longer than the limit; it was read to its end and counted, and not kept. */
  | { readonly kind: 'too-large'; readonly byteLength: number };

/**
 * Gathers a body up to `limitBytes`. A longer one is still read, for most clients send all before they listen.
 * @throws Error when the peer goes away before the end
 */
export function gatherBody(request: HttpRequest, limitBytes: number): Promise<GatheredBody> {
  return request.gather ? request.gather(limitBytes).then(gatheredBy) : gatherChunks(request, limitBytes);
}

const gatheredBy = (body: Uint8Array | number): GatheredBody =>
  typeof body === 'number' ? { kind: 'too-large', byteLength: body } : { kind: 'whole', bytes: body };

async function gatherChunks(request: HttpRequest, limitBytes: number): Promise<GatheredBody> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of request.chunks()) {
    byteLength += chunk.length;
    if (byteLength <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (byteLength > limitBytes) return { kind: 'too-large', byteLength };
  return { kind: 'whole', bytes: concatBytes(chunks, byteLength) };
}
