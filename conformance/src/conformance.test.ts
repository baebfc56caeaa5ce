import t from 'tap';
import { allCases } from './cases/all.ts';
import { runCase, skipReason } from './run-case.ts';
import { nodeHostTargets } from './targets/node-host.ts';

t.jobs = 4;

for (const target of nodeHostTargets) {
  t.test(target.name, async (t) => {
    t.jobs = 4;
    for (const one of allCases) {
      t.test(one.name, { skip: skipReason(target, one) }, (t) => runCase(t, target, one));
    }
  });
}
