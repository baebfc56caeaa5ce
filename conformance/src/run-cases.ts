import type { Test } from 'tap';
import { allCases } from './cases/all.ts';
import { runCase, skipReason } from './run-case.ts';
import type { Target } from './target.ts';
import { nodeMachine } from './targets/node-host.ts';

/** Every case as a subtest, those that the target cannot meet skipped with the reason. */
export function runCases(t: Test, target: Target): void {
  for (const one of allCases) {
    t.test(one.name, { skip: skipReason(target, one) }, (t) => runCase(t, target, one, nodeMachine));
  }
}
