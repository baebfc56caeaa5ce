import { setTimeout as sleep } from 'node:timers/promises';
import { Caller } from '../caller.ts';
import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { eachTime, type Measurement } from '../measurement.ts';
import { Server } from '../server.ts';
import { isOwn } from '../targets/target.ts';
import { tiny } from '../workload.ts';
import { restMs } from './memory.ts';

const more = 7;

/**
 * What the program itself takes for an environment beside the first: its runtime's own is not counted. The function
 * sleeps, so that callers at once have an environment each.
 */
export const anotherEnvironment = (fn: BenchmarkFunction): Measurement => ({
  name: `one more environment, ${nameOf(fn)}`,
  figures: [
    { name: 'resident', unit: 'MB' },
    { name: 'processor time', unit: 'ms' },
  ],
  rounds: 5,
  async begin(target, tell) {
    if (!isOwn(target)) return '–';
    return eachTime(async () => {
      const server = await Server.launch(target, fn, tell, more + 1);
      if (server === undefined) return [];
      try {
        const one = await factsAfter(server, 1);
        const all = await factsAfter(server, more + 1);
        return [(all.megabytes - one.megabytes) / more, (all.processorMs - one.processorMs) / more];
      } finally {
        await server.stop();
      }
    });
  },
});

async function factsAfter(server: Server, callers: number) {
  const all = await Promise.all(Array.from({ length: callers }, () => Caller.connect(server)));
  await Promise.all(all.map((caller) => caller.invoke(tiny.payload)));
  for (const caller of all) caller.close();
  await sleep(restMs);
  return { megabytes: server.launched.memory('VmRSS'), processorMs: server.launched.processorMs() };
}
