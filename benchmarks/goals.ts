import type { TargetName } from './targets/target.ts';

/** What a figure should come to. */
export interface Goal {
  /** `itself`: the figure is compared with nothing. */
  readonly against: 'RIE' | 'floor' | 'itself';
  readonly kind: 'at most' | 'at least';
  readonly bounds: Readonly<Partial<Record<TargetName, number>>>;
}

const atMost = (against: Goal['against'], nodeHost: number | undefined, executable?: number): Goal => ({
  against,
  kind: 'at most',
  bounds: {
    ...(nodeHost === undefined ? {} : { 'Node host': nodeHost }),
    ...(executable === undefined ? {} : { executable }),
  },
});

export const goals = {
  tinyByHttp: atMost('RIE', 0.8, 0.6),
  tinyByFrames: atMost('RIE', 0.4, 0.4),
  oneMegabyteByFrames: atMost('RIE', 0.65, 0.6),
  largeByFrames: atMost('RIE', 0.65, 0.65),
  launch: {
    Go: atMost('RIE', undefined, 0.45),
    Python: atMost('RIE', undefined, 1),
    'Node.js': atMost('RIE', undefined, 0.95),
  },
  singleExecution: atMost('floor', 2.2, 1.5),
  pool: { against: 'itself', kind: 'at least', bounds: { 'Node host': 7.5, executable: 7.5 } },
  failed: atMost('itself', 0, 0),
  firstInvoke: atMost('itself', 3, 3),
  memory: atMost('itself', 1.1, 1.1),
  coreCost: atMost('floor', 3),
} as const satisfies Record<string, Goal | Record<string, Goal>>;

/** @param value the factor, or the figure where it is compared with nothing */
export function isMet({ kind, bounds }: Goal, target: TargetName, value: number): boolean | undefined {
  const bound = bounds[target];
  if (bound === undefined) return undefined;
  return kind === 'at most' ? value <= bound : value >= bound;
}
