import type { Goal } from './goals.ts';
import type { Target } from './targets/target.ts';

/** What is measured of a target in one go, sampled in rounds. */
export interface Measurement {
  readonly name: string;
  /** What a sample has, in this order. */
  readonly figures: readonly Figure[];
  readonly rounds: number;
  /**
   * Makes a target ready, or says in a word for the table why it has none of the figures.
   * @param tell takes what went wrong and did not end the measurement
   */
  begin(target: Target, tell: Tell): Promise<Probe | Absence>;
}

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly goal?: Goal | undefined;
  /** For who looks closer: it stands in a table of its own. */
  readonly isDetail?: boolean;
}

export type Unit = 'ms' | 'MB' | '/s' | '×' | 'of all';

export interface Probe {
  /** A number for each figure; undefined for one that this target has not. */
  sample(): Promise<readonly (number | undefined)[]>;
  end(): Promise<void>;
}

export type Absence = '–' | 'dies';

export type Tell = (sentence: string) => void;

/** A probe for samples that leave nothing behind. */
export const eachTime = (sample: Probe['sample']): Probe => ({ sample, end: async () => undefined });
