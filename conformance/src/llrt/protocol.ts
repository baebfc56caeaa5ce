import type { Target } from '../target.ts';

/** What the test on Node tells the suite on LLRT, as JSON in its first argument. */
export interface SuiteOrder {
  readonly root: string;
  readonly searchPath: string;
  readonly interpreter: { readonly executable: string; readonly version: string };
  readonly targets: readonly Target[];
}

/** One line of JSON on its standard output for each case. */
export interface CaseResult {
  readonly target: string;
  readonly name: string;
  /** Why it was not run, or false. */
  readonly skip: string | false;
  /** Assertions that were not met, each in a line; none when all were. */
  readonly failures: readonly string[];
}
