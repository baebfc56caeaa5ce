import { concatBytes, decodeText } from '@lambda-bootstraps/core';
import { type Basic, basicTypes, type GobField, type GobStruct, type GobType, type GobValue } from './gob-types.ts';

/** Reads the values of one gob stream, whose bytes come cut anywhere. */
export class GobDecoder {
  readonly #types = new Map<number, GobType>(predefined);
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /**
   * Takes bytes as they come and gives the values that are whole by now.
   * @throws Error when they are no gob, or one with types that no message of the protocol has.
   */
  push(chunk: Uint8Array): GobStruct[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const values: GobStruct[] = [];
    for (let message = this.#take(); message; message = this.#take()) {
      const reader = new Reader(message);
      const number = reader.int();
      if (number < 0) this.#types.set(-number, typeOf(this.#read(reader, wireType) as GobStruct));
      else values.push(this.#read(reader, number) as GobStruct);
    }
    return values;
  }

  /** The next message without its length, once it is whole. */
  #take(): Uint8Array | undefined {
    if (this.#bytes === 0) return undefined;
    // A large one is joined when it is whole, not with each piece.
    if (this.#chunks[0]!.length < longestLength) this.#chunks = [concatBytes(this.#chunks, this.#bytes)];
    const head = new Reader(this.#chunks[0]!);
    if (!head.hasUint()) return undefined;
    const length = head.uint();
    if (length > sanityLimitBytes) throw new Error(`a gob of ${length} bytes`);
    const end = head.offset + length;
    if (this.#bytes < end) return undefined;
    const whole = concatBytes(this.#chunks, this.#bytes);
    this.#bytes -= end;
    this.#chunks = this.#bytes > 0 ? [whole.subarray(end)] : [];
    return whole.subarray(head.offset, end);
  }

  #read(reader: Reader, number: number): GobValue {
    const type = this.#types.get(number);
    switch (type?.kind) {
      case undefined:
        throw new Error(`a gob of the unknown type ${number}`);
      case 'struct':
        return this.#readStruct(reader, type.fields);
      case 'slice':
        return Array.from({ length: reader.length() }, () => this.#read(reader, type.element));
      case 'bool':
        return reader.uint() !== 0;
      case 'int':
        return reader.int();
      case 'uint':
        return reader.uint();
      case 'bytes':
        return reader.bytes(reader.length());
      case 'string':
        return decodeText(reader.bytes(reader.length()));
    }
  }

  #readStruct(reader: Reader, fields: readonly GobField[]): GobStruct {
    const value: Record<string, GobValue> = {};
    let index = -1;
    for (let distance = reader.uint(); distance > 0; distance = reader.uint()) {
      index += distance;
      const field = fields[index];
      if (!field) throw new Error(`a gob with a field ${index} that its type does not have`);
      value[field.name] = this.#read(reader, field.type);
    }
    return value;
  }
}

/** A length with its bytes: more than any number takes. */
const longestLength = 9;
/** Go's own decoder takes no longer message either. */
const sanityLimitBytes = 1 << 30;

class Reader {
  readonly #bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  hasUint(): boolean {
    const first = this.#bytes[this.offset];
    return first !== undefined && (first < 128 || this.#bytes.length - this.offset > 256 - first);
  }

  uint(): number {
    const [first] = this.bytes(1);
    if (first! < 128) return first!;
    const count = 256 - first!;
    if (count > 8) throw new Error('a gob with a number of more than 64 bits');
    return this.bytes(count).reduce((value, byte) => value * 256 + byte, 0);
  }

  int(): number {
    const value = this.uint();
    return value % 2 === 1 ? -(value - 1) / 2 - 1 : value / 2;
  }

  /** A count of what follows, each a byte at least. */
  length(): number {
    const length = this.uint();
    if (length > this.#bytes.length - this.offset) throw new Error('a gob that ends too early');
    return length;
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.offset) throw new Error('a gob that ends too early');
    this.offset += count;
    return this.#bytes.subarray(this.offset - count, this.offset);
  }
}

/** How a stream defines its types: gob's own wireType and what it consists of, by the numbers that they have in gob. */
const wireType = 16;
const fields = (...list: readonly [name: string, type: number][]): readonly GobField[] =>
  list.map(([name, type]) => ({ name, type }));
const structure = (name: string, list: readonly GobField[]): GobType => ({ kind: 'struct', name, fields: list });
const { int, string } = basicTypes;

const predefined: readonly (readonly [number, GobType])[] = [
  ...Object.entries(basicTypes).map(([kind, number]) => [number, { kind: kind as Basic }] as const),
  [wireType, structure('wireType', fields(['ArrayT', 17], ['SliceT', 19], ['StructT', 20], ['MapT', 23]))],
  [17, structure('arrayType', fields(['CommonType', 18], ['Elem', int], ['Len', int]))],
  [18, structure('CommonType', fields(['Name', string], ['Id', int]))],
  [19, structure('sliceType', fields(['CommonType', 18], ['Elem', int]))],
  [20, structure('structType', fields(['CommonType', 18], ['Field', 22]))],
  [21, structure('fieldType', fields(['Name', string], ['Id', int]))],
  [22, { kind: 'slice', element: 21 }],
  [23, structure('mapType', fields(['CommonType', 18], ['Key', int], ['Elem', int]))],
];

function typeOf(definition: GobStruct): GobType {
  const { SliceT, StructT } = definition as {
    readonly SliceT?: { readonly Elem: number };
    readonly StructT?: {
      readonly CommonType: { readonly Name?: string };
      readonly Field?: readonly { readonly Name: string; readonly Id: number }[];
    };
  };
  if (SliceT) return { kind: 'slice', element: SliceT.Elem };
  if (!StructT) throw new Error('a gob with a type that is neither a struct nor a slice');
  const list = (StructT.Field ?? []).map(({ Name, Id }) => ({ name: Name, type: Id }));
  return structure(StructT.CommonType.Name ?? '', list);
}
