import type { HttpHeaders, HttpReply, HttpRequest } from '../host.ts';

/** A function URL's cross-origin settings, as the API type Cors has them. What is left out is not sent. */
export interface FunctionUrlCors {
  /** Origins such as `https://example.com`, or `*`. */
  readonly allowOrigins: readonly string[];
  /** Methods, or `*`. */
  readonly allowMethods?: readonly string[];
  /** Names of request headers, or `*`. */
  readonly allowHeaders?: readonly string[];
  /** Names of response headers, or `*`. */
  readonly exposeHeaders?: readonly string[];
  readonly allowCredentials?: boolean;
  /** How long a browser may keep the answer of a preflight, in seconds. */
  readonly maxAgeSeconds?: number;
}

export const isPreflight = (request: HttpRequest): boolean =>
  request.method === 'OPTIONS' &&
  request.header('origin') !== undefined &&
  request.header('access-control-request-method') !== undefined;

/** The function does not hear of preflights: the URL answers them. */
export function answerPreflight(cors: FunctionUrlCors, request: HttpRequest, reply: HttpReply): void {
  const origin = originHeaders(cors, request);
  if (!('access-control-allow-origin' in origin)) return reply.send(200, origin, '');
  const wanted = {
    'access-control-allow-methods': allowed(cors, cors.allowMethods, request.header('access-control-request-method')),
    'access-control-allow-headers': allowed(cors, cors.allowHeaders, request.header('access-control-request-headers')),
    'access-control-max-age': cors.maxAgeSeconds === undefined ? undefined : String(cors.maxAgeSeconds),
  };
  const said = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
  reply.send(200, { ...origin, ...Object.fromEntries(said) }, '');
}

/** Marks answers to pages; what the function itself says of origins does not stand beside the settings. */
export function markedForOrigin(cors: FunctionUrlCors, request: HttpRequest, reply: HttpReply): HttpReply {
  if (request.header('origin') === undefined) return reply;
  const expose = list(cors.exposeHeaders);
  const mark = { ...originHeaders(cors, request), ...(expose && { 'access-control-expose-headers': expose }) };
  const marked = (headers: HttpHeaders): HttpHeaders => {
    const own = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'));
    const { vary, ...rest } = Object.fromEntries(own);
    return { ...rest, ...mark, vary: [vary ?? [], mark.vary].flat() };
  };
  return {
    send: (status, headers, body) => reply.send(status, marked(headers), body),
    stream: (status, headers) => reply.stream(status, marked(headers)),
    onHangUp: (callback) => reply.onHangUp(callback),
  };
}

function originHeaders(cors: FunctionUrlCors, request: HttpRequest) {
  const origin = request.header('origin') ?? '';
  const any = cors.allowOrigins.includes('*');
  const vary = 'Origin';
  if (!any && !cors.allowOrigins.includes(origin)) return { vary };
  // A browser takes no star where credentials are allowed (Fetch standard, "CORS protocol and credentials").
  const answer = any && !cors.allowCredentials ? '*' : origin;
  const credentials = cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {};
  return { vary, 'access-control-allow-origin': answer, ...credentials };
}

const allowed = (
  cors: FunctionUrlCors,
  values: readonly string[] | undefined,
  wanted: string | undefined,
): string | undefined => (cors.allowCredentials && values?.includes('*') ? wanted : list(values));

const list = (values: readonly string[] | undefined): string | undefined =>
  values?.length ? values.join(',') : undefined;
