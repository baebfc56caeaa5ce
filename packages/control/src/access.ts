import { createHash, timingSafeEqual } from 'node:crypto';
import { fail, hostIsForeign, originIsForeign } from '@lambda-bootstraps/core';

/** What is known of who asks, by HTTP or for a WebSocket. */
export interface Head {
  /** One header by its lower-case name. */
  header(lowerCaseName: string): string | undefined;
}

/**
 * Refuses what comes under a name that is not this machine's: a web page can give its own name our address (DNS
 * rebinding).
 * @throws LambdaBootstrapsError ERR_FOREIGN_REQUEST
 */
export function refuseRenamed(head: Head): void {
  const host = head.header('host') ?? '';
  if (hostIsForeign(host)) throw fail('ERR_FOREIGN_REQUEST', `for the host name ${host}`);
}

/**
 * Refuses that, and what a web page of another site caused. Where no token is asked for (`sameOrigin`) only pages of this
 * very server may ask: a WebSocket would give a page of another port all that happens.
 * @throws LambdaBootstrapsError ERR_FOREIGN_REQUEST
 */
export function refuseForeign(head: Head, { sameOrigin }: { readonly sameOrigin: boolean }): void {
  refuseRenamed(head);
  const origin = head.header('origin');
  if (
    origin !== undefined &&
    (originIsForeign(origin) || (sameOrigin && !isOriginOf(origin, head.header('host') ?? '')))
  ) {
    throw fail('ERR_FOREIGN_REQUEST', `of the web page ${origin}`);
  }
  // A page's scripts and images are fetched without an Origin ("Fetch Metadata Request Headers").
  const site = head.header('sec-fetch-site');
  if (site === 'cross-site' || (sameOrigin && site === 'same-site')) {
    throw fail('ERR_FOREIGN_REQUEST', `of web pages of another site (Sec-Fetch-Site: ${site})`);
  }
}

const isOriginOf = (origin: string, host: string): boolean =>
  origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase();

/**
 * @param token the one that is right
 * @throws LambdaBootstrapsError ERR_TOKEN_MISSING, ERR_TOKEN_WRONG
 */
export function requireToken(head: Head, token: string): void {
  const given = tokenOf(head);
  if (given === undefined) throw fail('ERR_TOKEN_MISSING');
  if (!timingSafeEqual(digest(given), digest(token))) throw fail('ERR_TOKEN_WRONG');
}

/** Of equal length, whatever was sent. */
const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** The subprotocol of a feed; a client that offers subprotocols is told this one. */
export const feedProtocol = 'lambda-bootstraps.v1';

/** In the header, or for a browser's WebSocket, which can send none, among the subprotocols. */
function tokenOf(head: Head): string | undefined {
  const bearer = /^bearer +(.+)$/i.exec(head.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return bearer.trim();
  return (head.header('sec-websocket-protocol') ?? '')
    .split(',')
    .map((one) => /^token\.(.+)$/.exec(one.trim())?.[1])
    .find((one) => one !== undefined);
}
