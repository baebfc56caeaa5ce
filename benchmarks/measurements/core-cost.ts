import { fileURLToPath } from 'node:url';
import { goals } from '../goals.ts';
import type { Measurement } from '../measurement.ts';
import { Server } from '../server.ts';
import { quantile } from '../statistics.ts';
import { tiny } from '../workload.ts';
import { timesOf, warm } from './warm.ts';

const program = (name: string): string => fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));

const servers: Readonly<Record<string, string>> = {
  'Node host': program('core-server'),
  floor: program('echo-server'),
};

/** Many a round: the kernel counts processor time in hundredths of a second. */
const workload = { ...tiny, invocations: 2_000, warmUps: 3_000 };

/** What the core does for an invocation when no runtime has to be reached: Invoke API, machines, log. */
export const coreCost: Measurement = {
  name: "the core's own, tiny",
  figures: [
    { name: 'processor time', unit: 'ms', goal: goals.coreCost },
    { name: 'p50', unit: 'ms', isDetail: true },
  ],
  rounds: 10,
  async begin({ name }, tell) {
    const server = servers[name];
    if (server === undefined) return '–';
    return warm(await Server.launchProgram([process.execPath, server], tell), workload, async ({ server, caller }) => {
      const before = server.launched.processorMs();
      const times = await timesOf(caller, workload);
      return [(server.launched.processorMs() - before) / times.length, quantile(times, 0.5)];
    });
  },
};
