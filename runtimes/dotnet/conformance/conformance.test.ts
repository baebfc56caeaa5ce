import t from 'tap';
import { runFamily } from '../../../conformance/src/testing/run-family.ts';
import { targets } from './targets.ts';

await runFamily(t, targets);
