import { fail } from '@lambda-bootstraps/core';

/** The part of JSON Schema that openapi.json uses for bodies. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** False where unknown names are refused. */
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  /** What would be right, for the message. */
  readonly description?: string;
}

/**
 * Checks a value that came as JSON.
 * @param place the field's name, for the message
 * @throws LambdaBootstrapsError ERR_INVALID_ARGUMENT that names the field and says what would be right
 */
export function checkValue(value: unknown, schema: Schema, place: string): void {
  if (schema.type !== undefined && !isOf(schema.type, value)) {
    throw wrong(place, `it must be ${words[schema.type]}, not ${nameOf(value)}`);
  }
  if (typeof value === 'string') checkText(value, schema, place);
  else if (typeof value === 'number') checkNumber(value, schema, place);
  else if (Array.isArray(value)) checkItems(value, schema, place);
  else if (isOf('object', value)) checkFields(value as Record<string, unknown>, schema, place);
}

function checkText(value: string, schema: Schema, place: string): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const length = [...value].length;
  if (schema.enum?.includes(value) === false) throw wrong(place, `it must be ${schema.enum.join(' or ')}`);
  if (length < minLength) throw wrong(place, length === 0 ? 'it is empty' : `it needs ${minLength} characters`);
  if (length > maxLength) throw wrong(place, `it has ${length} characters and may have ${maxLength}`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    throw wrong(place, `"${value.slice(0, 100)}" must match ${schema.pattern}`);
  }
}

function checkNumber(value: number, schema: Schema, place: string): void {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum } = schema;
  const isAbove = exclusiveMinimum === undefined || value > exclusiveMinimum;
  if (value >= minimum && value <= maximum && isAbove) return;
  const from = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum} and`;
  throw wrong(place, `${value} is not ${from} ${exclusiveMinimum === undefined ? 'to' : 'up to'} ${maximum}`);
}

function checkItems(value: readonly unknown[], { items, maxItems = Number.POSITIVE_INFINITY }: Schema, place: string) {
  if (value.length > maxItems) throw wrong(place, `it has ${value.length} items and may have ${maxItems}`);
  if (items) for (const [index, item] of value.entries()) checkValue(item, items, `${place}[${index}]`);
}

function checkFields(value: Readonly<Record<string, unknown>>, schema: Schema, place: string): void {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw wrong(within(place, missing), 'it is missing');
  const names = Object.keys(value);
  const { maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (names.length > maxProperties) throw wrong(place, `it has ${names.length} names and may have ${maxProperties}`);
  for (const name of names) {
    if (schema.propertyNames) checkValue(name, schema.propertyNames, `${place}, the name "${name.slice(0, 100)}"`);
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (own === false) {
      const known = Object.keys(properties).join(', ');
      throw wrong(within(place, name.slice(0, 100)), `there is no such field; there are ${known}`);
    }
    if (typeof own === 'object') checkValue(value[name], own, within(place, name));
  }
}

const within = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

const wrong = (place: string, reason: string) => fail('ERR_INVALID_ARGUMENT', place || 'the body', reason);

const words = {
  object: 'an object',
  array: 'an array',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

function isOf(type: NonNullable<Schema['type']>, value: unknown): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object'
    ? 'an object'
    : `${typeof value === 'string' ? 'the text' : ''} ${JSON.stringify(value).slice(0, 100)}`.trim();
}
