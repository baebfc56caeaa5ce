import { setTimeout as sleep } from 'node:timers/promises';
import { Caller } from '../caller.ts';
import { type BenchmarkFunction, nameOf } from '../functions.ts';
import { goals } from '../goals.ts';
import { eachTime, type Measurement } from '../measurement.ts';
import type { Server } from '../server.ts';
import { large, tiny } from '../workload.ts';
import { invokeOften, withServer } from './warm.ts';

/** How long a program may rest before its memory is read; some give it back by and by. */
export const restMs = 1_000;

/** Of the program itself, not of its runtime. */
export const memory = (fn: BenchmarkFunction): Measurement => ({
  name: `resident, ${nameOf(fn)}`,
  figures: [
    { name: 'idle', unit: 'MB' },
    { name: 'after 2,000 invocations', unit: 'MB' },
    { name: 'after 20,000', unit: 'MB' },
    { name: 'after 20,000 against 2,000', unit: '×', goal: goals.memory },
  ],
  rounds: 3,
  begin: async (target, tell) =>
    eachTime(() =>
      withServer(target, fn, tell, async (server) => {
        const caller = await Caller.connect(server);
        const afterMore = async (invocations: number): Promise<number> => {
          for (let count = 0; count < invocations; count++) await caller.invoke(tiny.payload);
          return afterRest(server);
        };
        // The first invocation has started the runtime, and all that was to be loaded.
        const idle = await afterMore(1);
        const [early, late] = [await afterMore(2_000), await afterMore(18_000)];
        caller.close();
        return [idle, early, late, late / early];
      }),
    ),
});

export const memoryAfterConnections = (fn: BenchmarkFunction): Measurement => ({
  name: `resident after 10,000 connections, ${nameOf(fn)}`,
  figures: [{ name: '', unit: 'MB' }],
  rounds: 1,
  begin: async (target, tell) =>
    eachTime(() =>
      withServer(target, fn, tell, async (server) => {
        for (let count = 0; count < 10_000; count++) await invokeOften(server, tiny, 1);
        return [await afterRest(server)];
      }),
    ),
});

export const memoryAfterLarge = (fn: BenchmarkFunction): Measurement => ({
  name: `resident after 60 of 5.5 MB, ${nameOf(fn)}`,
  figures: [
    { name: '', unit: 'MB' },
    { name: 'highest', unit: 'MB' },
  ],
  rounds: 3,
  begin: async (target, tell) =>
    eachTime(() =>
      withServer(target, fn, tell, async (server) => {
        await invokeOften(server, large, 60);
        return [await afterRest(server), server.launched.memory('VmHWM')];
      }),
    ),
});

async function afterRest({ launched }: Server): Promise<number> {
  await sleep(restMs);
  return launched.memory('VmRSS');
}
