import { setTimeout as sleep } from 'node:timers/promises';
import { Caller } from '../caller.ts';
import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { goals } from '../goals.ts';
import { eachTime, type Measurement } from '../measurement.ts';
import type { Server } from '../server.ts';
import { quantile } from '../statistics.ts';
import { isOwn } from '../targets/target.ts';
import { tiny } from '../workload.ts';
import { timesOf, withServer } from './warm.ts';

/** The first invocation of a server that has said it is ready, against the median of those that follow. */
export const firstInvoke = (fn: BenchmarkFunction): Measurement => ({
  name: `first invoke on a running server, ${nameOf(fn)}`,
  figures: [
    { name: '', unit: 'ms' },
    { name: 'against a warm one', unit: '×', goal: goals.firstInvoke },
  ],
  rounds: 15,
  async begin(target, tell) {
    if (!isOwn(target)) return '–';
    return eachTime(() =>
      withServer(target, fn, tell, async (server) => {
        await readiness(server);
        const caller = await Caller.connect(server);
        const [first, ...others] = await timesOf(caller, tiny);
        caller.close();
        return [first, first! / quantile(others, 0.5)];
      }),
    );
  },
});

async function readiness(server: Server): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  const caller = await Caller.connect(server);
  while (!(await caller.isReady())) {
    if (performance.now() > giveUpAt) throw new Error('/readyz does not become 200');
    await sleep(10);
  }
  caller.close();
}
