import { concatBytes, encodeText } from '@lambda-bootstraps/core';
import {
  basicTypes,
  firstDefinedType,
  type GobField,
  type GobStruct,
  type GobType,
  type GobValue,
} from './gob-types.ts';

/** A struct's shape: the type of each field, in Go's order. */
export interface Shape {
  readonly name: string;
  readonly fields: Readonly<Record<string, keyof typeof basicTypes | Shape>>;
}

type StructType = Extract<GobType, { kind: 'struct' }>;

/** Writes the messages of one gob stream. A type is defined before the first value of it. */
export class GobEncoder {
  readonly #types = new Map<number, StructType>();
  readonly #numbers = new Map<Shape, number>();

  /** The message that carries the value, after the definitions that it needs. */
  encode(shape: Shape, value: GobStruct): Uint8Array {
    const definitions: Uint8Array[] = [];
    const number = this.#define(shape, definitions);
    return joined([...definitions, ...message([int(number), ...this.#structure(number, value)])]);
  }

  #define(shape: Shape, definitions: Uint8Array[]): number {
    const known = this.#numbers.get(shape);
    if (known !== undefined) return known;
    const number = firstDefinedType + this.#numbers.size;
    this.#numbers.set(shape, number);
    const fields = Object.entries(shape.fields).map(([name, type]) => ({
      name,
      type: typeof type === 'string' ? basicTypes[type] : this.#define(type, definitions),
    }));
    this.#types.set(number, { kind: 'struct', name: shape.name, fields });
    definitions.push(...message([int(-number), ...definition(number, shape.name, fields)]));
    return number;
  }

  /** Each field that has a value: how far it is from the one before, then the value; at last a zero. */
  #structure(number: number, value: GobStruct): Uint8Array[] {
    const parts: Uint8Array[] = [];
    let last = -1;
    for (const [index, { name, type }] of this.#types.get(number)!.fields.entries()) {
      const field = value[name];
      if (field === undefined || isZero(field)) continue;
      parts.push(uint(index - last), ...this.#value(type, field));
      last = index;
    }
    return [...parts, uint(0)];
  }

  #value(type: number, value: GobValue): Uint8Array[] {
    switch (type) {
      case basicTypes.bool:
        return [uint(value ? 1 : 0)];
      case basicTypes.int:
        return [int(value as number)];
      case basicTypes.uint:
        return [uint(value as number)];
      case basicTypes.bytes:
        return sized(value as Uint8Array);
      case basicTypes.string:
        return sized(encodeText(value as string));
      default:
        return this.#structure(type, value as GobStruct);
    }
  }
}

/** The value of gob's own wireType: a struct whose third field, StructT, has the name, the number and the fields. */
function definition(number: number, name: string, fields: readonly GobField[]): Uint8Array[] {
  const common = [uint(1), ...sized(encodeText(name)), uint(1), int(number), uint(0)];
  const list = fields.flatMap((field) => [
    uint(1),
    ...sized(encodeText(field.name)),
    uint(1),
    int(field.type),
    uint(0),
  ]);
  const structType = [
    uint(1),
    ...common,
    ...(fields.length > 0 ? [uint(1), uint(fields.length), ...list] : []),
    uint(0),
  ];
  return [uint(3), ...structType, uint(0)];
}

/** Its length goes before a message. */
const message = (parts: readonly Uint8Array[]): Uint8Array[] => [uint(byteLength(parts)), ...parts];

const joined = (parts: readonly Uint8Array[]): Uint8Array => concatBytes(parts, byteLength(parts));
const byteLength = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

const isZero = (value: GobValue): boolean =>
  value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0);

const sized = (bytes: Uint8Array): Uint8Array[] => [uint(bytes.length), bytes];

/** Below 128 a byte; else how many bytes follow, negated, and these, the highest first. */
export function uint(value: number): Uint8Array {
  if (value < 128) return Uint8Array.of(value);
  const bytes: number[] = [];
  // Numbers here go beyond the 32 bits of the bitwise operators.
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(256 - bytes.length, ...bytes);
}

/** The sign is the lowest bit. */
export const int = (value: number): Uint8Array => uint(value < 0 ? -(value + 1) * 2 + 1 : value * 2);
