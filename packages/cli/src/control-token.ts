import { randomBytes } from 'node:crypto';

/** A secret that nobody guesses, of letters that a header and a WebSocket's subprotocol may have. */
export const freshToken = (): string => randomBytes(24).toString('base64url');
