/** What callers send. The function gives it back. */
export interface Workload {
  readonly name: string;
  readonly size: 'tiny' | '1 MB' | '5.5 MB';
  readonly payload: Buffer;
  /** Invocations of a round. */
  readonly invocations: number;
  /** Invocations before the first round: V8 compiles what was called often. */
  readonly warmUps: number;
}

/** Nothing to parse but its end. */
const oneString = (bytes: number): Buffer => Buffer.from(JSON.stringify('x'.repeat(bytes)));

/** Much to parse: six values in each 110 bytes. With the spaces that Python writes, the largest is still below the limit. */
const records = (bytes: number): Buffer => {
  const one = { id: 100_000, name: 'an item', tags: ['a', 'b'], price: 1.5, text: 'x'.repeat(40) };
  const length = JSON.stringify(one).length + 1;
  return Buffer.from(JSON.stringify(Array.from({ length: Math.floor(bytes / length) }, () => one)));
};

const megabyte = { size: '1 MB', invocations: 12, warmUps: 5 } as const;
const nearLimit = { size: '5.5 MB', invocations: 5, warmUps: 2 } as const;

export const tiny: Workload = {
  name: 'tiny',
  size: 'tiny',
  payload: Buffer.from('{"a":1}'),
  invocations: 300,
  warmUps: 1_000,
};
export const oneMegabyte: Workload = { ...megabyte, name: '1 MB of records', payload: records(1_000_000) };
export const oneMegabyteString: Workload = { ...megabyte, name: '1 MB in a string', payload: oneString(1_000_000) };
export const large: Workload = { ...nearLimit, name: '5.5 MB of records', payload: records(5_500_000) };
export const largeString: Workload = { ...nearLimit, name: '5.5 MB in a string', payload: oneString(5_500_000) };

export const workloads = [tiny, oneMegabyteString, oneMegabyte, largeString, large] as const;

/** Which of a round's latencies stands for the slow ones: of fewer than a hundred, the hundredth part is the slowest. */
export const tailOf = ({ invocations }: Workload): { readonly name: string; readonly share: number } =>
  invocations < 100 ? { name: 'slowest', share: 1 } : { name: 'p99', share: 0.99 };
