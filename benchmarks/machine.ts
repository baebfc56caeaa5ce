import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where and when something was measured. */
export interface Machine {
  readonly startedAt: string;
  readonly processors: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export const thisMachine = (): Machine => ({
  startedAt: new Date().toISOString(),
  processors: `${cpus().length} × ${cpus()[0]?.model}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `Linux ${release()}`,
  node: process.versions.node,
});

/** Of the last minute: how many processes wanted a processor. */
export const load = (): number => Math.round(loadavg()[0]! * 10) / 10;
