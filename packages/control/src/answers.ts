import { type ErrorCode, fail, type HttpHeaders, type HttpReply } from '@lambda-bootstraps/core';

/** What every answer says, a page's files too. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** @param body JSON text */
export function sendJson(reply: HttpReply, status: number, body: string, headers: HttpHeaders = {}): void {
  reply.send(status, { 'Content-Type': 'application/json', ...commonHeaders, ...headers }, body);
}

/** What is wrong with a request, as the HTTP answer to it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

export function refusalOf(error: unknown): Refusal {
  const { code, message, headers }: OurError = isOurs(error) ? error : fail('ERR_INTERNAL', String(error));
  const status = statuses[code] ?? 400;
  return {
    status,
    headers: { ...statusHeaders[status], ...headers },
    body: JSON.stringify({ error: { code, message } }),
  };
}

export function sendRefusal(reply: HttpReply, error: unknown): void {
  const { status, headers, body } = refusalOf(error);
  sendJson(reply, status, body, headers);
}

/** An error of the table that brings headers of its own. */
export const withHeaders = <E extends Error>(error: E, headers: Readonly<Record<string, string>>): E =>
  Object.assign(error, { headers });

interface OurError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** By its name: the program has a copy of the class in its bundle. */
const isOurs = (error: unknown): error is OurError => error instanceof Error && error.name === 'LambdaBootstrapsError';

/** What is wrong with the request, unless told here, is 400. */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = {
  ERR_TOKEN_MISSING: 401,
  ERR_TOKEN_WRONG: 401,
  ERR_FOREIGN_REQUEST: 403,
  ERR_UNKNOWN_ROUTE: 404,
  ERR_UNKNOWN_FUNCTION: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_FUNCTION_EXISTS: 409,
  ERR_BODY_TOO_LARGE: 413,
  ERR_EVENT_TOO_LARGE: 413,
  ERR_NOT_A_WEBSOCKET: 426,
  ERR_QUEUE_FULL: 429,
  ERR_TOO_MANY_READERS: 429,
  ERR_INTERNAL: 500,
  ERR_RUNTIME_ASSETS_MISSING: 500,
  ERR_SANDBOX_CLOSED: 503,
};

const statusHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  426: { Upgrade: 'websocket', Connection: 'Upgrade' },
};
