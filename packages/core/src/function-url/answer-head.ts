import type { HttpHeaders } from '../host.ts';

export type PayloadVersion = '2.0' | '1.0';

/** The beginning of an HTTP response that a function has described. */
export interface AnswerHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: HttpHeaders;
}

/** What a function answered is no HTTP response: the caller gets 502, and the message is for who wrote the function. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** These are of the connection, which is not the function's. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Status and headers out of what a function says: `cookies` in format 2.0, `multiValueHeaders` in format 1.0.
 * @throws MalformedAnswer
 */
export function answerHead(
  said: Readonly<Record<string, unknown>>,
  version: PayloadVersion,
  contentType: string,
): AnswerHead {
  const lines = new Map<string, readonly string[]>();
  for (const [name, value] of entriesOf('headers', said.headers)) lines.set(name, [lineOf(name, value)]);
  if (version === '1.0') {
    for (const [name, values] of entriesOf('multiValueHeaders', said.multiValueHeaders)) {
      // The same value in both is one ("Output format of a Lambda function for proxy integration").
      const both = [...(lines.get(name) ?? []), ...listOf(name, values).map((value) => lineOf(name, value))];
      lines.set(name, [...new Set(both)]);
    }
  } else {
    const cookies = listOf('cookies', said.cookies ?? []).map((cookie) => lineOf('cookies', cookie));
    if (cookies.length > 0) lines.set('set-cookie', [...(lines.get('set-cookie') ?? []), ...cookies]);
  }
  for (const name of ofTheConnection) lines.delete(name);
  if (!lines.has('content-type')) lines.set('content-type', [contentType]);
  return { status: statusOf(said.statusCode), headers: Object.fromEntries(lines) };
}

/** Numbers in quotes are taken too. */
function statusOf(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new MalformedAnswer(`statusCode is ${JSON.stringify(value)}: it must be a whole number from 200 to 599`);
}

function entriesOf(field: string, value: unknown): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) throw new MalformedAnswer(`${field} is not an object`);
  return Object.entries(value).map(([name, one]) => {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      throw new MalformedAnswer(`${JSON.stringify(name)} is no name of a header`);
    return [name.toLowerCase(), one];
  });
}

function listOf(field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new MalformedAnswer(`${field} is not a list`);
}

function lineOf(name: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new MalformedAnswer(`${name} is not a text`);
  }
  const line = String(value);
  if (/[^\t\x20-\x7e\x80-\xff]/.test(line))
    throw new MalformedAnswer(`${name} has a character that no header may have`);
  return line;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
