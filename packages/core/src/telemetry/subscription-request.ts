import { decodeText } from '../bytes.ts';
import type { TelemetryType } from '../lifecycle.ts';
import type { Buffering } from './batches.ts';

/** A subscription as its extension wants it. */
export interface SubscriptionRequest<Schema extends string> {
  readonly schema: Schema;
  readonly types: readonly TelemetryType[];
  readonly buffering: Buffering;
  readonly destination: DestinationAddress;
}

/** On this machine, whatever name it was given by. */
export type DestinationAddress =
  | { readonly protocol: 'HTTP'; readonly port: number; readonly path: string; readonly method: 'POST' | 'PUT' }
  | { readonly protocol: 'TCP'; readonly port: number };

export interface SchemaRule<Schema extends string> {
  readonly schemas: readonly Schema[];
  /** Where none is named; without it, one must be. */
  readonly fallback?: Schema;
}

/** In bytes, events and milliseconds ("Lambda Telemetry API reference", Subscribe). */
const bufferingRules = {
  maxBytes: { min: 262_144, max: 1_048_576, fallback: 262_144 },
  maxItems: { min: 1_000, max: 10_000, fallback: 10_000 },
  timeoutMs: { min: 25, max: 30_000, fallback: 1_000 },
} as const;

const telemetryTypes: readonly TelemetryType[] = ['platform', 'function', 'extension'];

/** Lambda keeps it for itself ("Destination protocols"). */
const reservedPort = 9_001;

const hosts = ['sandbox.localdomain', 'sandbox'];

/** The request that a body is, or all that is wrong with it, in a sentence for the extension's author. */
export function parseSubscription<Schema extends string>(
  bytes: Uint8Array,
  rule: SchemaRule<Schema>,
): SubscriptionRequest<Schema> | string {
  const body = objectOf(bytes);
  if (!body) return 'the body must be a JSON object with schemaVersion, types and destination';
  const flaws: string[] = [];
  const request = {
    schema: schemaOf(body.schemaVersion, rule, flaws),
    types: typesOf(body.types, flaws),
    buffering: bufferingOf(body.buffering, flaws),
    destination: destinationOf(body.destination, flaws),
  };
  const { schema, destination } = request;
  return flaws.length > 0 || !schema || !destination ? flaws.join('; ') : { ...request, schema, destination };
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(bytes: Uint8Array): Fields | undefined {
  try {
    const body: unknown = JSON.parse(decodeText(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function schemaOf<Schema extends string>(
  given: unknown,
  { schemas, fallback }: SchemaRule<Schema>,
  flaws: string[],
): Schema | undefined {
  const schema = given === undefined ? fallback : schemas.find((one) => one === given);
  if (schema === undefined) flaws.push(`schemaVersion must be ${listed(schemas)}${but(given)}`);
  return schema;
}

function typesOf(given: unknown, flaws: string[]): readonly TelemetryType[] {
  const wanted = `types must be a list of one or more of ${telemetryTypes.map(quoted).join(', ')}`;
  if (!Array.isArray(given) || given.length === 0) {
    flaws.push(`${wanted}${but(given)}`);
    return [];
  }
  const stranger = given.find((type) => !telemetryTypes.includes(type));
  if (stranger !== undefined) flaws.push(`${wanted}${but(stranger)}`);
  return telemetryTypes.filter((type) => given.includes(type));
}

function bufferingOf(given: unknown, flaws: string[]): Buffering {
  if (given !== undefined && !isObject(given)) flaws.push(`buffering must be an object${but(given)}`);
  const fields = isObject(given) ? given : {};
  const number = (name: keyof typeof bufferingRules): number => {
    const { min, max, fallback } = bufferingRules[name];
    const value = fields[name] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    flaws.push(`buffering.${name} must be a whole number from ${min} to ${max}${but(value)}`);
    return fallback;
  };
  return { maxBytes: number('maxBytes'), maxItems: number('maxItems'), timeoutMs: number('timeoutMs') };
}

function destinationOf(given: unknown, flaws: string[]): DestinationAddress | undefined {
  if (!isObject(given)) {
    flaws.push(`destination must be an object with a protocol${but(given)}`);
    return undefined;
  }
  switch (given.protocol) {
    case 'HTTP':
      return httpDestination(given, flaws);
    case 'TCP': {
      const port = portOf(given.port);
      if (port === undefined) flaws.push(`destination.port must be ${aPort}${but(given.port)}`);
      return port === undefined ? undefined : { protocol: 'TCP', port };
    }
    default:
      flaws.push(`destination.protocol must be ${listed(['HTTP', 'TCP'])}${but(given.protocol)}`);
      return undefined;
  }
}

function httpDestination({ URI, method = 'POST', encoding = 'JSON' }: Fields, flaws: string[]) {
  const uri = typeof URI === 'string' ? URI : '';
  const [, host = '', digits, path = ''] = /^http:\/\/([^/:?#]*)(?::(\d*))?([/?].*)?$/i.exec(uri) ?? [];
  const port = portOf(Number(digits));
  const isOurs = hosts.includes(host.toLowerCase()) && !/[^\x21-\x7e]/.test(path);
  if (!isOurs || port === undefined) {
    flaws.push(`destination.URI must be http://sandbox.localdomain:PORT/PATH, where PORT is ${aPort}${but(URI)}`);
  }
  const isKnown = method === 'POST' || method === 'PUT';
  if (!isKnown) flaws.push(`destination.method must be ${listed(['POST', 'PUT'])}${but(method)}`);
  if (encoding !== 'JSON') flaws.push(`destination.encoding must be ${listed(['JSON'])}${but(encoding)}`);
  if (!isKnown || port === undefined) return undefined;
  return { protocol: 'HTTP', port, path: path.startsWith('/') ? path : `/${path}`, method } as const;
}

const aPort = `a port from 1 to 65535 other than ${reservedPort}, which Lambda reserves`;

const portOf = (given: unknown): number | undefined =>
  typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= 65_535 && given !== reservedPort
    ? given
    : undefined;

const quoted = (text: string): string => `"${text}"`;
const listed = (choices: readonly string[]): string => choices.map(quoted).join(' or ');

/** What was there instead, shortened. */
function but(given: unknown): string {
  if (given === undefined) return ', and is missing';
  const text = JSON.stringify(given) ?? String(given);
  return `, and is ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}
