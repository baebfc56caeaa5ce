import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkFunction } from './functions.ts';
import { spreadOf } from './statistics.ts';
import { Running, type Target } from './target.ts';
import { large, oneMegabyte, tiny, type Workload } from './workload.ts';

/** One number about a target, sampled in rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'MB';
  readonly rounds: number;
  begin(target: Target): Promise<Probe>;
}

export interface Probe {
  sample(): Promise<number>;
  end(): Promise<void>;
}

/** All of them. The first function stands for all languages where the language does not matter. */
export function figuresFor([fn, ...others]: readonly [BenchmarkFunction, ...BenchmarkFunction[]]): Figure[] {
  return [
    ...[tiny, oneMegabyte, large].flatMap((workload) => [latency(workload, fn), processorTime(workload, fn)]),
    ...[fn, ...others].map(launch),
    memoryAfter('one invocation', fn, 1, (running) => invokeOften(running, tiny, 1)),
    memoryAfter('10,000 invocations', fn, 1, (running) => invokeOften(running, tiny, 10_000)),
    memoryAfter('10,000 connections', fn, 1, (running) => connectOften(running, 10_000)),
    memoryAfter('60 of 5.5 MB', fn, 3, (running) => invokeOften(running, large, 60)),
    peakMemory(fn),
    size,
  ];
}

/** The median of a round, over a connection that stays open. */
const latency = (workload: Workload, fn: BenchmarkFunction): Figure => ({
  name: `${workload.name}, p50`,
  unit: 'ms',
  rounds: 10,
  begin: (target) =>
    warm(target, fn, workload, async (_, invoke) => {
      const times: number[] = [];
      for (let count = 0; count < workload.invocations; count++) {
        const startedAt = performance.now();
        await invoke();
        times.push(performance.now() - startedAt);
      }
      return spreadOf(times).median;
    }),
});

/** Of one invocation, the function's own not counted. */
const processorTime = (workload: Workload, fn: BenchmarkFunction): Figure => ({
  name: `${workload.name}, processor time`,
  unit: 'ms',
  rounds: 5,
  begin: (target) =>
    warm(target, fn, workload, async (running, invoke) => {
      const before = running.processorMs();
      for (let count = 0; count < workload.invocations; count++) await invoke();
      return (running.processorMs() - before) / workload.invocations;
    }),
});

async function warm(
  target: Target,
  fn: BenchmarkFunction,
  { payload }: Workload,
  sample: (running: Running, invoke: () => Promise<void>) => Promise<number>,
): Promise<Probe> {
  const running = await Running.launch(target, fn);
  const connection = await running.connect();
  for (let count = 0; count < 3; count++) await connection.invoke(payload);
  return {
    sample: () => sample(running, () => connection.invoke(payload)),
    async end() {
      connection.close();
      await running.stop();
    },
  };
}

/** From the program's launch to the first answer, the function's start included. */
const launch = (fn: BenchmarkFunction): Figure => ({
  name: `launch to first answer, ${fn.name}`,
  unit: 'ms',
  rounds: 15,
  begin: async (target) => ({
    async sample() {
      const startedAt = performance.now();
      const running = await Running.launch(target, fn);
      await invokeOften(running, tiny, 1);
      const tookMs = performance.now() - startedAt;
      await running.stop();
      return tookMs;
    },
    end: async () => undefined,
  }),
});

/** How long a program may rest before its memory is read; some give it back by and by. */
const restMs = 1_000;

const memoryAfter = (
  what: string,
  fn: BenchmarkFunction,
  rounds: number,
  work: (running: Running) => Promise<void>,
): Figure => ({
  name: `resident after ${what}`,
  unit: 'MB',
  rounds,
  begin: async (target) => ({
    async sample() {
      const running = await Running.launch(target, fn);
      await work(running);
      await sleep(restMs);
      const megabytes = running.memory('VmRSS') / 1024;
      await running.stop();
      return megabytes;
    },
    end: async () => undefined,
  }),
});

const peakMemory = (fn: BenchmarkFunction): Figure => ({
  name: 'highest resident, 60 of 5.5 MB',
  unit: 'MB',
  rounds: 3,
  begin: async (target) => ({
    async sample() {
      const running = await Running.launch(target, fn);
      await invokeOften(running, large, 60);
      const megabytes = running.memory('VmHWM') / 1024;
      await running.stop();
      return megabytes;
    },
    end: async () => undefined,
  }),
});

const size: Figure = {
  name: 'size',
  unit: 'MB',
  rounds: 1,
  begin: async ({ files }) => ({
    sample: async () => files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6,
    end: async () => undefined,
  }),
};

async function invokeOften(running: Running, { payload }: Workload, times: number): Promise<void> {
  const connection = await running.connect();
  for (let count = 0; count < times; count++) await connection.invoke(payload);
  connection.close();
}

async function connectOften(running: Running, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await invokeOften(running, tiny, 1);
}
