import { readdirSync, readFileSync } from 'node:fs';
import { processTree } from '@lambda-bootstraps/host-node';

/** The variable by which a launched program's descendants are known when the program itself has died, as RIE does. */
const variable = 'BENCHMARK_LAUNCH_ID';

/** A process id is given again, but not for the same moment. */
export interface Member {
  readonly pid: number;
  readonly startTicks: number;
}

export const markOf = (launchId: string): Readonly<Record<string, string>> => ({ [variable]: launchId });

/** The process and all that it has started, where it is still their ancestor or they have its mark. */
export function familyOf(pid: number, launchId: string): Member[] {
  const mark = `\0${variable}=${launchId}\0`;
  const marked = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
  const all = new Set([...processTree(pid), ...marked.map(Number)]);
  return [...all].map((one) => ({ pid: one, startTicks: startTicksOf(one) }));
}

export function killAll(family: readonly Member[]): void {
  for (const { pid, startTicks } of family) if (startTicksOf(pid) === startTicks) signal(pid, 'SIGKILL');
}

/** @param pid negative for a process group */
export function signal(pid: number, name: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

/** NaN, which equals nothing, for one that is gone. */
const startTicksOf = (pid: number): number =>
  Number(readText(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')[19] ?? Number.NaN);

const environmentOf = (pid: string): string => `\0${readText(`/proc/${pid}/environ`) ?? ''}`;

/** Undefined for a process that has ended, or is another user's. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
