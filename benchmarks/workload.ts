/** What callers send. The function gives it back. */
export interface Workload {
  readonly name: string;
  readonly payload: Buffer;
  /** Invocations of a round. */
  readonly invocations: number;
}

const records = (bytes: number): Buffer => {
  const one = { id: 100_000, name: 'an item', tags: ['a', 'b'], price: 1.5, text: 'x'.repeat(40) };
  const length = JSON.stringify(one).length + 1;
  return Buffer.from(JSON.stringify(Array.from({ length: Math.floor(bytes / length) }, () => one)));
};

const tinyPayload = Buffer.from('{"a":1}');

export const tiny: Workload = { name: 'tiny', payload: tinyPayload, invocations: 300 };
export const oneMegabyte: Workload = { name: '1 MB', payload: records(1_000_000), invocations: 12 };
export const large: Workload = { name: '5.5 MB', payload: records(5_500_000), invocations: 5 };
