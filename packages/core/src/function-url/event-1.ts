import { grouped, mapped } from './grouped.ts';
import { queryParameters } from './query.ts';
import { requestTime } from './request-time.ts';
import type { UrlRequest } from './url-request.ts';

const everything = '$default';

/**
 * The event of payload format 1.0, as an HTTP API with one route for everything sends it ("Create AWS Lambda proxy
 * integrations for HTTP APIs"). What a request does not have is null.
 */
export function eventOfFormat1(request: UrlRequest): object {
  const headers = grouped(request.headers);
  const query = request.query === '' ? undefined : grouped(queryParameters(request.query));
  return {
    version: '1.0',
    resource: everything,
    path: request.path,
    httpMethod: request.method,
    headers: mapped(headers, last),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query ? mapped(query, last) : null,
    multiValueQueryStringParameters: query ? Object.fromEntries(query) : null,
    requestContext: {
      accountId: 'anonymous',
      apiId: request.url.id,
      domainName: request.url.domainName,
      domainPrefix: request.url.id,
      extendedRequestId: request.requestId,
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: headers.get('user-agent')?.[0] ?? '',
        userArn: null,
      },
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId: request.requestId,
      requestTime: requestTime(request.timeMs),
      requestTimeEpoch: request.timeMs,
      resourceId: null,
      resourcePath: everything,
      stage: everything,
    },
    pathParameters: null,
    stageVariables: null,
    body: request.body?.text ?? null,
    isBase64Encoded: request.body?.isBase64Encoded ?? false,
  };
}

const last = (values: readonly string[]): string => values[values.length - 1]!;
