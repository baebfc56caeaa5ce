/** What `next()` of the native module gives. */
export interface Invocation {
  readonly bodyJson: string;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** Left out when empty, where the others are always there. Source: rapid-client.cc of aws-lambda-ric 3.3.0 and 4.0.2. */
const optionalHeaders = [
  'lambda-runtime-client-context',
  'lambda-runtime-cognito-identity',
  'lambda-runtime-aws-tenant-id',
] as const;

const headerLengthBytes = 4;

/** Reads the body of an INVOKE frame: u32 n, n bytes of JSON, payload. */
export function parseInvocation(body: Buffer, toDeadline: (ms: string) => string | number): Invocation {
  const payloadStart = headerLengthBytes + body.readUInt32BE(0);
  const sent = lowerCaseKeys(JSON.parse(body.toString('utf8', headerLengthBytes, payloadStart)));
  return toInvocation(sent, body.toString('utf8', payloadStart), toDeadline);
}

/** @param sent the Runtime API's headers, by their names in lower case */
export function toInvocation(
  sent: Readonly<Record<string, string>>,
  bodyJson: string,
  toDeadline: (ms: string) => string | number,
): Invocation {
  const headers: Record<string, string | number> = {
    'lambda-runtime-deadline-ms': toDeadline(sent['lambda-runtime-deadline-ms'] || '0'),
    'lambda-runtime-aws-request-id': sent['lambda-runtime-aws-request-id'] || '',
    'lambda-runtime-trace-id': sent['lambda-runtime-trace-id'] || '',
    'lambda-runtime-invoked-function-arn': sent['lambda-runtime-invoked-function-arn'] || '',
  };
  for (const name of optionalHeaders) {
    const value = sent[name];
    if (value) headers[name] = value;
  }
  return { bodyJson, headers };
}

function lowerCaseKeys(headers: Record<string, string>): Record<string, string> {
  const lowered: Record<string, string> = {};
  for (const name of Object.keys(headers)) lowered[name.toLowerCase()] = headers[name]!;
  return lowered;
}
