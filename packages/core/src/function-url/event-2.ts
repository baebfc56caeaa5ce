import { grouped, mapped } from './grouped.ts';
import { queryParameters } from './query.ts';
import { requestTime } from './request-time.ts';
import type { UrlRequest } from './url-request.ts';

const everything = '$default';

/** The event of payload format 2.0 ("Invoking Lambda function URLs"). What a request does not have is left out. */
export function eventOfFormat2(request: UrlRequest): object {
  const headers = grouped(request.headers);
  const cookies = (headers.get('cookie') ?? []).flatMap((line) => line.split(/;\s*/)).filter((cookie) => cookie !== '');
  headers.delete('cookie');
  return {
    version: '2.0',
    routeKey: everything,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: mapped(headers, joined),
    ...(request.query !== '' && { queryStringParameters: mapped(grouped(queryParameters(request.query)), joined) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: request.url.id,
      domainName: request.url.domainName,
      domainPrefix: request.url.id,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers.get('user-agent')?.[0] ?? '',
      },
      requestId: request.requestId,
      routeKey: everything,
      stage: everything,
      time: requestTime(request.timeMs),
      timeEpoch: request.timeMs,
    },
    ...(request.body && { body: request.body.text }),
    isBase64Encoded: request.body?.isBase64Encoded ?? false,
  };
}

const joined = (values: readonly string[]): string => values.join(',');
