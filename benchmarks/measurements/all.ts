import { byFrames, byHttp } from '../functions.ts';
import type { Measurement } from '../measurement.ts';
import { large, oneMegabyte, tiny, workloads } from '../workload.ts';
import { callers } from './callers.ts';
import { coreCost } from './core-cost.ts';
import { anotherEnvironment } from './environments.ts';
import { firstInvoke } from './first-invoke.ts';
import { latency } from './latency.ts';
import { launch } from './launch.ts';
import { memory, memoryAfterConnections, memoryAfterLarge } from './memory.ts';
import { singleExecution } from './single-execution.ts';
import { size } from './size.ts';

/** All that can be measured here, in the order of the table. */
export function allMeasurements(): Measurement[] {
  const functions = [...byHttp(), ...byFrames()];
  const oneOfEach = [byHttp()[0]!, byFrames()[0]!];
  return [
    ...workloads.flatMap((workload) => functions.map((fn) => latency(fn, workload))),
    ...functions.map(launch),
    ...[...byHttp().filter(({ language }) => language === 'Go'), ...byFrames()].map(singleExecution),
    ...oneOfEach.map(firstInvoke),
    coreCost,
    ...[...byHttp('sleep'), ...byFrames('sleep')].map((fn) => callers(fn, { ...tiny, invocations: 80, warmUps: 24 })),
    ...[tiny, oneMegabyte, large].flatMap((workload) => functions.map((fn) => callers(fn, workload))),
    anotherEnvironment(byFrames('sleep')[0]!),
    anotherEnvironment(byHttp('sleep')[0]!),
    ...oneOfEach.flatMap((fn) => [memory(fn), memoryAfterLarge(fn)]),
    memoryAfterConnections(oneOfEach[0]!),
    size,
  ];
}
