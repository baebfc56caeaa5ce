import t from 'tap';
import { eventOfFormat1 } from './event-1.ts';
import { eventOfFormat2 } from './event-2.ts';
import type { UrlRequest } from './url-request.ts';

const full: UrlRequest = {
  method: 'POST',
  path: '/my/p%20th',
  query: 'parameter1=value1&parameter1=value2&parameter2=a%2Cb',
  headers: [
    ['host', '127.0.0.1:9002'],
    ['cookie', 'cookie1=a; cookie2=b'],
    ['header2', 'value1'],
    ['user-agent', 'agent'],
    ['header2', 'value2'],
    ['cookie', 'cookie3=c'],
  ],
  body: { text: 'aGVsbG8=', isBase64Encoded: true },
  sourceIp: '127.0.0.1',
  requestId: 'id',
  timeMs: Date.UTC(2022, 7, 5, 8, 4, 9, 885),
  url: { id: 'abc', domainName: 'abc.lambda-url.eu-west-1.on.aws' },
};

const bare: UrlRequest = { ...full, method: 'GET', path: '/', query: '', headers: [], body: undefined };

t.test('format 2.0', async (t) => {
  t.strictSame(eventOfFormat2(full), {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my/p%20th',
    rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=a%2Cb',
    cookies: ['cookie1=a', 'cookie2=b', 'cookie3=c'],
    headers: { host: '127.0.0.1:9002', header2: 'value1,value2', 'user-agent': 'agent' },
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'a,b' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-west-1.on.aws',
      domainPrefix: 'abc',
      http: {
        method: 'POST',
        path: '/my/p%20th',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'agent',
      },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '05/Aug/2022:08:04:09 +0000',
      timeEpoch: 1659686649885,
    },
    body: 'aGVsbG8=',
    isBase64Encoded: true,
  });
  t.strictSame(Object.keys(eventOfFormat2(bare)), [
    'version',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'headers',
    'requestContext',
    'isBase64Encoded',
  ]);
});

t.test('format 1.0', async (t) => {
  t.match(eventOfFormat1(full), {
    version: '1.0',
    resource: '$default',
    path: '/my/p%20th',
    httpMethod: 'POST',
    headers: { host: '127.0.0.1:9002', cookie: 'cookie3=c', header2: 'value2', 'user-agent': 'agent' },
    multiValueHeaders: { cookie: ['cookie1=a; cookie2=b', 'cookie3=c'], header2: ['value1', 'value2'] },
    queryStringParameters: { parameter1: 'value2', parameter2: 'a,b' },
    multiValueQueryStringParameters: { parameter1: ['value1', 'value2'], parameter2: ['a,b'] },
    requestContext: {
      apiId: 'abc',
      httpMethod: 'POST',
      identity: { sourceIp: '127.0.0.1', userAgent: 'agent', user: null },
      requestTime: '05/Aug/2022:08:04:09 +0000',
      requestTimeEpoch: 1659686649885,
      stage: '$default',
    },
    pathParameters: null,
    stageVariables: null,
    body: 'aGVsbG8=',
    isBase64Encoded: true,
  });
  t.match(eventOfFormat1(bare), {
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
  });
});
