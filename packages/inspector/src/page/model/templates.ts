export interface EventTemplate {
  readonly name: string;
  readonly event: unknown;
}

const account = '123456789012';
const region = 'us-east-1';
const iso = '2026-01-02T03:04:05.000Z';
const epochMs = Date.parse(iso);
const body = '{"item":"tea","count":2}';
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const userAgent = 'curl/8.5.0';
const sourceIp = '203.0.113.7';
const host = `a1b2c3d4e5.execute-api.${region}.amazonaws.com`;
const headers = { accept: '*/*', 'content-type': 'application/json', host, 'user-agent': userAgent };
const traceId = 'Root=1-69573865-0123456789abcdef01234567';

const multi = (values: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

/** API Gateway, payload format 1.0: REST APIs, and HTTP APIs that ask for it. */
const apiGateway1 = {
  version: '1.0',
  resource: '/orders/{id}',
  path: '/orders/17',
  httpMethod: 'POST',
  headers: { ...headers, 'X-Amzn-Trace-Id': traceId },
  multiValueHeaders: multi({ ...headers, 'X-Amzn-Trace-Id': traceId }),
  queryStringParameters: { dry: 'true' },
  multiValueQueryStringParameters: { dry: ['true'] },
  pathParameters: { id: '17' },
  stageVariables: null,
  requestContext: {
    accountId: account,
    apiId: 'a1b2c3d4e5',
    domainName: host,
    domainPrefix: 'a1b2c3d4e5',
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    httpMethod: 'POST',
    identity: { sourceIp, userAgent },
    path: '/orders/17',
    protocol: 'HTTP/1.1',
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    requestTime: '02/Jan/2026:03:04:05 +0000',
    requestTimeEpoch: epochMs,
    resourceId: '123abc',
    resourcePath: '/orders/{id}',
    stage: 'prod',
  },
  body,
  isBase64Encoded: false,
};

/** API Gateway, payload format 2.0: HTTP APIs and function URLs. */
const apiGateway2 = {
  version: '2.0',
  routeKey: 'POST /orders/{id}',
  rawPath: '/orders/17',
  rawQueryString: 'dry=true',
  cookies: ['session=abc'],
  headers: { ...headers, 'x-amzn-trace-id': traceId },
  queryStringParameters: { dry: 'true' },
  requestContext: {
    accountId: account,
    apiId: 'a1b2c3d4e5',
    domainName: host,
    domainPrefix: 'a1b2c3d4e5',
    http: { method: 'POST', path: '/orders/17', protocol: 'HTTP/1.1', sourceIp, userAgent },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: 'POST /orders/{id}',
    stage: '$default',
    time: '02/Jan/2026:03:04:05 +0000',
    timeEpoch: epochMs,
  },
  pathParameters: { id: '17' },
  body,
  isBase64Encoded: false,
};

const loadBalancer = {
  requestContext: { elb: { targetGroupArn: arn('elasticloadbalancing', 'targetgroup/orders/0123456789abcdef') } },
  httpMethod: 'GET',
  path: '/orders',
  queryStringParameters: { page: '2' },
  headers: {
    accept: 'text/html',
    host: `orders-1234567890.${region}.elb.amazonaws.com`,
    'user-agent': userAgent,
    'x-amzn-trace-id': traceId,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  body: '',
  isBase64Encoded: false,
};

const s3 = {
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: iso,
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
      requestParameters: { sourceIPAddress: sourceIp },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'EXAMPLE123/example' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'uploads',
        bucket: {
          name: 'photos',
          ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
          arn: 'arn:aws:s3:::photos',
        },
        object: {
          key: 'cats/tom.jpg',
          size: 1024,
          eTag: '0123456789abcdef0123456789abcdef',
          sequencer: '0A1B2C3D4E5F678901',
        },
      },
    },
  ],
};

const sqs = {
  Records: [
    {
      messageId: '19dd0b57-b21e-4ac1-bd88-01bbb068cb78',
      receiptHandle: 'MessageReceiptHandle',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(epochMs),
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: String(epochMs + 5),
      },
      messageAttributes: {
        origin: { stringValue: 'web', binaryListValues: [], stringListValues: [], dataType: 'String' },
      },
      md5OfBody: '05afc2251422e62b814b32af0e9e5214',
      eventSource: 'aws:sqs',
      eventSourceARN: arn('sqs', 'orders'),
      awsRegion: region,
    },
  ],
};

const sns = {
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: arn('sns', 'orders:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55'),
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: iso,
        Signature: 'EXAMPLE',
        SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService-example.pem`,
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        Message: body,
        MessageAttributes: { origin: { Type: 'String', Value: 'web' } },
        Type: 'Notification',
        UnsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe`,
        TopicArn: arn('sns', 'orders'),
        Subject: 'An order',
      },
    },
  ],
};

const eventBridge = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Order Placed',
  source: 'shop.orders',
  account,
  time: iso.replace('.000', ''),
  region,
  resources: [],
  detail: { item: 'tea', count: 2 },
};

const schedule = {
  ...eventBridge,
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  resources: [arn('events', 'rule/nightly')],
  detail: {},
};

const dynamoDb = {
  Records: [
    {
      eventID: '7de3041dd709b024af6f29e4fa13d34c',
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: epochMs / 1000,
        Keys: { id: { N: '17' } },
        NewImage: { id: { N: '17' }, item: { S: 'tea' }, count: { N: '2' } },
        OldImage: { id: { N: '17' }, item: { S: 'tea' }, count: { N: '1' } },
        SequenceNumber: '111100000000000000000001',
        SizeBytes: 59,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: arn('dynamodb', 'table/orders/stream/2026-01-01T00:00:00.000'),
    },
  ],
};

const kinesis = {
  Records: [
    {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: '1',
        sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
        data: btoa(body),
        approximateArrivalTimestamp: epochMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${account}:role/orders`,
      awsRegion: region,
      eventSourceARN: arn('kinesis', 'stream/orders'),
    },
  ],
};

const cognito = {
  version: '1',
  triggerSource: 'PostConfirmation_ConfirmSignUp',
  region,
  userPoolId: `${region}_aB1cD2eF3`,
  userName: 'ada',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' },
  request: {
    userAttributes: {
      sub: '4b2d9c1e-0d6a-4c0e-9d56-0a1b2c3d4e5f',
      email: 'ada@example.com',
      email_verified: 'true',
      'cognito:user_status': 'CONFIRMED',
    },
  },
  response: {},
};

/** Events as the common sources send them, for a function to be tried with. */
export const templates: readonly EventTemplate[] = [
  { name: 'Empty', event: {} },
  { name: 'API Gateway, payload 2.0 (HTTP API, function URL)', event: apiGateway2 },
  { name: 'API Gateway, payload 1.0 (REST API)', event: apiGateway1 },
  { name: 'Application Load Balancer', event: loadBalancer },
  { name: 'S3: object created', event: s3 },
  { name: 'SQS: message', event: sqs },
  { name: 'SNS: notification', event: sns },
  { name: 'EventBridge: event', event: eventBridge },
  { name: 'EventBridge: schedule', event: schedule },
  { name: 'DynamoDB: item modified', event: dynamoDb },
  { name: 'Kinesis: record', event: kinesis },
  { name: 'Cognito: user confirmed', event: cognito },
];
