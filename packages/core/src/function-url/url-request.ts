import type { Host, HttpRequest } from '../host.ts';
import { type EventBody, eventBody } from './event-body.ts';

/** Where a function URL would be on the service. */
export interface UrlName {
  /** 32 lower-case letters and digits. */
  readonly id: string;
  /** `ID.lambda-url.REGION.on.aws` */
  readonly domainName: string;
}

/** One HTTP request, gathered, with what the service knows of it besides. */
export interface UrlRequest {
  readonly method: string;
  /** As sent: nothing in it is decoded. */
  readonly path: string;
  readonly query: string;
  /** Every line, its name in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  /** None when it is empty. */
  readonly body: EventBody | undefined;
  readonly sourceIp: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly url: UrlName;
}

/** A request as the function's event is made of it, with the headers that the service adds. */
export function urlRequest(
  request: HttpRequest,
  body: Uint8Array,
  facts: {
    readonly requestId: string;
    readonly traceId: string;
    readonly url: UrlName;
    readonly host: Pick<Host, 'clock' | 'base64'>;
  },
): UrlRequest {
  const sourceIp = request.peer.replace(/^::ffff:/, '');
  return {
    method: request.method,
    path: request.path,
    query: request.query,
    headers: withForwarding([...request.headers()], sourceIp, facts.traceId),
    body: body.length === 0 ? undefined : eventBody(body, request.header('content-type'), facts.host.base64),
    sourceIp,
    requestId: facts.requestId,
    timeMs: Math.floor(facts.host.clock.now()),
    url: facts.url,
  };
}

/** The service says who called and how; here that is plain HTTP, unless a proxy in front knows better. */
function withForwarding(
  headers: readonly (readonly [string, string])[],
  sourceIp: string,
  traceId: string,
): UrlRequest['headers'] {
  const sent = (name: string): string | undefined => headers.find(([one]) => one === name)?.[1];
  const port = /:(\d+)$/.exec(sent('host') ?? '')?.[1] ?? '80';
  const before = sent('x-forwarded-for');
  const added: Record<string, string> = {
    'x-forwarded-for': before ? `${before}, ${sourceIp}` : sourceIp,
    'x-forwarded-proto': sent('x-forwarded-proto') ?? 'http',
    'x-forwarded-port': sent('x-forwarded-port') ?? port,
    'x-amzn-trace-id': traceId.split(';')[0]!,
  };
  return [...headers.filter(([name]) => !Object.hasOwn(added, name)), ...Object.entries(added)];
}
