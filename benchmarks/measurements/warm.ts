import { Caller } from '../caller.ts';
import type { BenchmarkFunction } from '../functions.ts';
import type { Absence, Probe, Tell } from '../measurement.ts';
import { Server } from '../server.ts';
import type { Target } from '../targets/target.ts';
import type { Workload } from '../workload.ts';

/** What a probe's samples are made with. */
export interface Warm {
  readonly server: Server;
  readonly caller: Caller;
}

/** A server that has answered often enough, and what it says is looked at once. */
export async function warm(
  server: Server | undefined,
  { payload, warmUps }: Workload,
  sample: (warm: Warm) => ReturnType<Probe['sample']>,
): Promise<Probe | Absence> {
  if (server === undefined) return '–';
  try {
    const caller = await Caller.connect(server);
    await caller.invokeAndCompare(payload);
    for (let count = 1; count < warmUps; count++) await caller.invoke(payload);
    return {
      sample: () => sample({ server, caller }),
      async end() {
        caller.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A sample that launches a server, and stops it whatever comes. */
export async function withServer(
  target: Target,
  fn: BenchmarkFunction,
  tell: Tell,
  sample: (server: Server) => ReturnType<Probe['sample']>,
): ReturnType<Probe['sample']> {
  const server = await Server.launch(target, fn, tell);
  if (server === undefined) return [];
  try {
    return await sample(server);
  } finally {
    await server.stop();
  }
}

/** One caller's invocations, one after the other, over one connection. */
export async function invokeOften(server: Server, { payload }: Workload, times: number): Promise<void> {
  const caller = await Caller.connect(server);
  for (let count = 0; count < times; count++) await caller.invoke(payload);
  caller.close();
}

/** Milliseconds of each invocation. */
export async function timesOf(caller: Caller, { payload, invocations }: Workload): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < invocations; count++) {
    const startedAt = performance.now();
    await caller.invoke(payload);
    times.push(performance.now() - startedAt);
  }
  return times;
}
