/** The kinds of packages/core/src/frames/codec.ts, repeated because a shim may import nothing; a test compares them. */
export const frameKinds = { invoke: 1, next: 2, response: 3, error: 4 } as const;

export const lengthBytes = 4;
/** The length and the kind. */
export const headBytes = lengthBytes + 1;
