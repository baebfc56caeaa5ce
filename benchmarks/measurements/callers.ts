import { setTimeout as sleep } from 'node:timers/promises';
import { Caller } from '../caller.ts';
import { Crowd, type CrowdFacts } from '../crowd.ts';
import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { goals } from '../goals.ts';
import type { Figure, Measurement } from '../measurement.ts';
import { Server } from '../server.ts';
import { isPeer, type Target } from '../targets/target.ts';
import { tailOf, type Workload } from '../workload.ts';

const callersAtOnce = 8;

/** How long a program may take to die. */
const patienceMs = 5_000;

/** Eight callers at once, with as many environments and with one, and how many of their invocations failed. */
export const callers = (fn: BenchmarkFunction, workload: Workload): Measurement => {
  const sleeps = fn.behaviour === 'sleep';
  const facts = (whose: string): Figure[] => [
    { name: `${whose}, invocations`, unit: '/s', isDetail: true },
    { name: `${whose}, p50`, unit: 'ms', isDetail: true },
    { name: `${whose}, ${tailOf(workload).name}`, unit: 'ms', isDetail: true },
  ];
  return {
    name: `8 callers, ${sleeps ? 'sleeping 50 ms' : workload.name}, ${nameOf(fn)}`,
    figures: [
      ...facts('one environment'),
      ...facts('pool of 8'),
      { name: 'pool against one', unit: '×', goal: sleeps ? goals.pool : undefined },
      { name: 'failed', unit: 'of all', goal: sleeps ? goals.failed : undefined, isDetail: !sleeps },
    ],
    rounds: 5,
    async begin(target, tell) {
      if (sleeps && target.name === 'floor') return '–';
      if (isPeer(target) && (await dies(target, fn, workload))) return 'dies';
      const gather = async (environments: number): Promise<Crowd | undefined> => {
        const server = await Server.launch(target, fn, tell, environments);
        return server && Crowd.gather(server, callersAtOnce, workload);
      };
      const one = await gather(1);
      if (one === undefined) return '–';
      const pool = await gather(callersAtOnce).catch(async (error) => {
        await one.disperse();
        throw error;
      });
      return {
        async sample() {
          const [alone, pooled] = [await one.call(), await pool?.call()];
          const times = pooled && pooled.perSecond / alone.perSecond;
          return [...inOrder(alone), ...inOrder(pooled), times, alone.failed + (pooled?.failed ?? 0)];
        },
        async end() {
          await one.disperse();
          await pool?.disperse();
        },
      };
    },
  };
};

/** Whether callers at once end the program, as they do RIE: it is seen before the figures, which would be full of it. */
async function dies(target: Target, fn: BenchmarkFunction, { payload }: Workload): Promise<boolean> {
  const server = await Server.launch(target, fn, () => undefined);
  if (server === undefined) return false;
  try {
    const all = await Promise.all(Array.from({ length: callersAtOnce }, () => Caller.connect(server)));
    const ends = await Promise.allSettled(all.map((caller) => caller.invoke(payload)));
    for (const caller of all) caller.close();
    if (ends.every(({ status }) => status === 'fulfilled')) return false;
    return await Promise.race([server.launched.exited.then(() => true), sleep(patienceMs, false)]);
  } finally {
    await server.stop();
  }
}

const inOrder = (facts: CrowdFacts | undefined): (number | undefined)[] => [facts?.perSecond, facts?.p50, facts?.slow];
