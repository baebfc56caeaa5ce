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

/** A process that runs, and all that it has started and is still below it. */
export const treeOf = (pid: number): Member[] => processTree(pid).map(memberOf);

/** All that carry the mark, wherever they are. */
export function markedBy(launchId: string): Member[] {
  const mark = `\0${variable}=${launchId}\0`;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
  return all.map((pid) => memberOf(Number(pid)));
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

const memberOf = (pid: number): Member => ({ pid, startTicks: startTicksOf(pid) });

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
