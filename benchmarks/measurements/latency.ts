import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { type Goal, goals } from '../goals.ts';
import type { Measurement } from '../measurement.ts';
import { Server } from '../server.ts';
import { quantile } from '../statistics.ts';
import { tailOf, type Workload } from '../workload.ts';
import { timesOf, warm } from './warm.ts';

/** One caller, whose connection stays open. */
export const latency = (fn: BenchmarkFunction, workload: Workload): Measurement => ({
  name: `${workload.name}, ${nameOf(fn)}`,
  figures: [
    { name: 'p50', unit: 'ms', goal: goalOf(fn, workload) },
    { name: tailOf(workload).name, unit: 'ms', isDetail: true },
    { name: 'invocations', unit: '/s', isDetail: true },
    { name: 'processor time', unit: 'ms', isDetail: true },
  ],
  rounds: 10,
  begin: async (target, tell) =>
    warm(await Server.launch(target, fn, tell), workload, async ({ server, caller }) => {
      const before = server.launched.processorMs();
      const times = await timesOf(caller, workload);
      const processorMs = (server.launched.processorMs() - before) / times.length;
      const perSecond = 1_000 / (times.reduce((sum, time) => sum + time, 0) / times.length);
      return [quantile(times, 0.5), quantile(times, tailOf(workload).share), perSecond, processorMs];
    }),
});

function goalOf({ transport }: BenchmarkFunction, { size }: Workload): Goal | undefined {
  if (transport === 'HTTP') return size === 'tiny' ? goals.tinyByHttp : undefined;
  return { tiny: goals.tinyByFrames, '1 MB': goals.oneMegabyteByFrames, '5.5 MB': goals.largeByFrames }[size];
}
