import { type Goal, isMet } from './goals.ts';
import type { Absence, Unit } from './measurement.ts';
import { factorsOf, type Spread, spreadOf } from './statistics.ts';
import type { TargetName } from './targets/target.ts';

/** One row of the table. */
export interface Result {
  readonly name: string;
  readonly unit: Unit;
  readonly goal: Goal | undefined;
  readonly isDetail: boolean;
  readonly cells: Readonly<Partial<Record<TargetName, Cell>>>;
}

export type Cell = Measured | { readonly absent: Absence | 'failed'; readonly notes: readonly string[] };

export interface Measured {
  readonly samples: readonly number[];
  readonly spread: Spread;
  /** How often the figure of another target, by rounds. */
  readonly times: { readonly target: TargetName; readonly spread: Spread } | undefined;
  /** Undefined where there is no goal, or nothing to compare with. */
  readonly isMet: boolean | undefined;
  readonly notes: readonly string[];
}

/** What was sampled of a target, a round each; undefined where it has no such figure. */
export interface Samples {
  readonly target: TargetName;
  readonly rounds: readonly (number | undefined)[];
  readonly absent: Absence | 'failed' | undefined;
  readonly notes: readonly string[];
}

/** With which target the others are compared: the one of the goal, else the first peer, else the floor. */
function baseOf(all: readonly Samples[], goal: Goal | undefined): Samples | undefined {
  const find = (name: TargetName) => all.find(({ target, rounds }) => target === name && rounds.some(isNumber));
  if (goal?.against === 'itself') return undefined;
  if (goal?.against === 'floor') return find('floor');
  return find('RIE') ?? find('docker-lambda') ?? find('floor');
}

export function resultOf(row: Omit<Result, 'cells'>, all: readonly Samples[]): Result {
  const base = row.unit === '×' ? undefined : baseOf(all, row.goal);
  return { ...row, cells: Object.fromEntries(all.map((one) => [one.target, cellOf(one, base, row.goal)])) };
}

function cellOf({ target, rounds, absent, notes }: Samples, base: Samples | undefined, goal: Goal | undefined): Cell {
  const samples = rounds.filter(isNumber);
  if (absent !== undefined || samples.length === 0) return { absent: absent ?? '–', notes };
  const spread = spreadOf(samples);
  const factors = base === undefined || base.target === target ? [] : factorsOf(rounds, base.rounds);
  const times = base && factors.length > 0 ? { target: base.target, spread: spreadOf(factors) } : undefined;
  return { samples, spread, times, isMet: goal && judge(goal, target, spread, times), notes };
}

function judge(goal: Goal, target: TargetName, spread: Spread, times: Measured['times']): boolean | undefined {
  if (goal.against === 'itself') return isMet(goal, target, spread.median);
  return times?.target === goal.against ? isMet(goal, target, times.spread.median) : undefined;
}

const isNumber = (sample: number | undefined): sample is number => sample !== undefined;
