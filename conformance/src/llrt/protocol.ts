import type { Behaviour } from '../conformance-case.ts';

/** What the test on Node tells the suite on LLRT, as JSON in its first argument. */
export interface SuiteOrder {
  readonly root: string;
  readonly searchPath: string;
  readonly node: { readonly executable: string; readonly version: string };
  /** OS-only functions that were compiled for the suite. */
  readonly compiled: readonly CompiledTarget[];
}

export interface CompiledTarget {
  readonly name: string;
  readonly taskRoot: string;
  readonly notForIt: Partial<Record<Behaviour, string>>;
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
