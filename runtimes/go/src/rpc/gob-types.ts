/** What is spoken about in a gob stream, as far as the messages of the protocol go (Go's package encoding/gob). */
export type GobType =
  | { readonly kind: Basic }
  | { readonly kind: 'slice'; readonly element: number }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly GobField[] };

export interface GobField {
  readonly name: string;
  /** The number of the field's type in its stream. */
  readonly type: number;
}

export type Basic = 'bool' | 'int' | 'uint' | 'bytes' | 'string';

/** A struct by its fields' names. Fields with a zero value are left out, as on the wire. */
export interface GobStruct {
  readonly [field: string]: GobValue | undefined;
}

export type GobValue = boolean | number | string | Uint8Array | readonly GobValue[] | GobStruct;

/** The numbers of the types that need no definition. */
export const basicTypes: Readonly<Record<Basic, number>> = { bool: 1, int: 2, uint: 3, bytes: 5, string: 6 };
/** From here on a stream numbers the types that it defines. */
export const firstDefinedType = 65;
