type Fields = Readonly<Record<string, unknown>>;

/**
 * What an event is, in a few words: `GET /orders` for one of an HTTP API, `2 from SQS orders` for a batch, else the
 * beginning of its text.
 */
export function eventSummary(text: string): string {
  const event = fieldsOf(parse(text));
  return (event && (httpSummary(event) ?? batchSummary(event) ?? namedSummary(event))) ?? beginning(text);
}

function httpSummary(event: Fields): string | undefined {
  const context = fieldsOf(event.requestContext);
  const http = fieldsOf(context?.http);
  if (http) return line(http.method, event.rawPath ?? http.path);
  if (typeof event.httpMethod === 'string') return line(event.httpMethod, event.path ?? event.resource);
  if (typeof context?.routeKey === 'string') return line(context.eventType, context.routeKey);
  return undefined;
}

function batchSummary(event: Fields): string | undefined {
  if (!Array.isArray(event.Records) || event.Records.length === 0) return undefined;
  const [first] = event.Records.map(fieldsOf);
  const source = first?.eventSource ?? first?.EventSource;
  if (typeof source !== 'string') return undefined;
  const service = source.replace(/^aws:/, '');
  const count = event.Records.length === 1 ? '' : `${event.Records.length} × `;
  return `${count}${services[service] ?? service} ${recordSubject(service, first!)}`.trim();
}

const services: Readonly<Record<string, string>> = {
  s3: 'S3',
  sqs: 'SQS',
  sns: 'SNS',
  dynamodb: 'DynamoDB',
  kinesis: 'Kinesis',
};

function recordSubject(service: string, record: Fields): string {
  if (service === 's3') {
    const s3 = fieldsOf(record.s3);
    return `${fieldsOf(s3?.bucket)?.name ?? ''}/${fieldsOf(s3?.object)?.key ?? ''}`;
  }
  if (service === 'sns') return lastOfArn(fieldsOf(record.Sns)?.TopicArn);
  if (service === 'dynamodb') return line(record.eventName, arnPart(record.eventSourceARN, /table\/([^/]+)/));
  if (service === 'kinesis') return arnPart(record.eventSourceARN, /stream\/(.+)/);
  return lastOfArn(record.eventSourceARN);
}

function namedSummary(event: Fields): string | undefined {
  if (typeof event['detail-type'] === 'string') return line(event.source, event['detail-type']);
  if (typeof event.triggerSource === 'string') return `Cognito ${event.triggerSource}`;
  return undefined;
}

const line = (...parts: unknown[]): string => parts.filter((part) => typeof part === 'string').join(' ');

const lastOfArn = (arn: unknown): string => (typeof arn === 'string' ? (arn.split(':').at(-1) ?? '') : '');

const arnPart = (arn: unknown, part: RegExp): string => (typeof arn === 'string' && part.exec(arn)?.[1]) || '';

/** Enough for the widest column. */
const mostShown = 160;

const beginning = (text: string): string =>
  text
    .slice(0, 2 * mostShown)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, mostShown);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
