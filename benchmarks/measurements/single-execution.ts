import { freePort } from '../../conformance/src/doors/door-process.ts';
import type { BenchmarkFunction } from '../functions.ts';
import { goals } from '../goals.ts';
import { runOnce } from '../launched.ts';
import { eachTime, type Measurement } from '../measurement.ts';
import { tiny } from '../workload.ts';

/** From the program's launch to its end, with one invocation between. */
export const singleExecution = (fn: BenchmarkFunction): Measurement => ({
  name: `single execution, ${fn.language}`,
  figures: [{ name: '', unit: 'ms', goal: fn.language === 'Node.js' ? goals.singleExecution : undefined }],
  rounds: 15,
  async begin(target) {
    const command = await target.execute(fn, tiny.payload.toString(), await freePort());
    if (command === undefined) return '–';
    return eachTime(async () => [await runOnce(command)]);
  },
});
