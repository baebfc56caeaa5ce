/** The values of each name, in the order of their coming. */
export function grouped(pairs: Iterable<readonly [string, string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

/** An object of what `pick` makes of each name's values. */
export const mapped = <Value>(
  groups: ReadonlyMap<string, string[]>,
  pick: (values: readonly string[]) => Value,
): Record<string, Value> => Object.fromEntries([...groups].map(([name, values]) => [name, pick(values)]));
