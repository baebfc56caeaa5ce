import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { goals } from '../goals.ts';
import { eachTime, type Measurement } from '../measurement.ts';
import { tiny } from '../workload.ts';
import { invokeOften, withServer } from './warm.ts';

/** From the program's launch to the first answer, the function's start included. */
export const launch = (fn: BenchmarkFunction): Measurement => ({
  name: `launch to first answer, ${nameOf(fn)}`,
  figures: [{ name: '', unit: 'ms', goal: goals.launch[fn.language] }],
  rounds: 15,
  begin: async (target, tell) =>
    eachTime(() => {
      const startedAt = performance.now();
      return withServer(target, fn, tell, async (server) => {
        await invokeOften(server, tiny, 1);
        return [performance.now() - startedAt];
      });
    }),
});
