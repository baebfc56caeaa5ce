import t from 'tap';
import { runCases } from './run-cases.ts';
import { nodeHostTargets } from './targets/node-host.ts';

t.jobs = 4;

for (const target of nodeHostTargets) {
  t.test(target.name, async (t) => {
    t.jobs = 4;
    runCases(t, target);
  });
}
