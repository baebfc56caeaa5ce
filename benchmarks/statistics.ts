/** A median between its quartiles. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** @param samples at least one, in any order */
export function spreadOf(samples: readonly number[]): Spread {
  return { low: quantile(samples, 0.25), median: quantile(samples, 0.5), high: quantile(samples, 0.75) };
}

/**
 * Between two neighbours in proportion.
 * @param samples at least one, in any order
 * @param share 0 for the least, 1 for the greatest
 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place % 1);
}

/** Each round's factor, so that what slows a whole round down counts on both sides. Rounds that one of them lacks are left out. */
export function factorsOf(
  samples: readonly (number | undefined)[],
  base: readonly (number | undefined)[],
): readonly number[] {
  return samples.flatMap((sample, round) => {
    const other = base[round];
    return sample === undefined || !other ? [] : [sample / other];
  });
}
