import { readdirSync, readFileSync } from 'node:fs';

/**
 * The process and everything it started that is still its descendant. Linux only (empty elsewhere): `/proc` lists each
 * thread's children, so that the machine's other processes are never looked at.
 */
export function processTree(root: number): number[] {
  const found = [root];
  for (let index = 0; index < found.length; index++) found.push(...childrenOf(found[index]!));
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** A process, and when it was started. */
export interface Beginning {
  readonly pid: number;
  /** -1 when it was gone before that could be read. */
  readonly startTicks: number;
  /** By the clock of `performance.now`. */
  readonly at: number;
}

export const beginningOf = (pid: number): Beginning => ({
  pid,
  startTicks: startTicksOf(pid),
  at: performance.now(),
});

/**
 * Processes of this user that were started since `first` with all of these variables, wherever they are in the tree of
 * processes: what a function has detached carries its environment still. Linux only.
 */
export function processesWith(variables: readonly string[], first: Beginning): number[] {
  if (first.startTicks < 0) return [];
  return processesSince(first).filter((pid) => {
    const environment = `\0${readText(`/proc/${pid}/environ`)}\0`;
    return variables.every((variable) => environment.includes(`\0${variable}\0`));
  });
}

/** No machine gives all of its numbers away (32,768 at least) in this time. */
const roundMs = 10_000;

/** Their numbers tell, which need not be read of each, unless the machine has begun again with low ones meanwhile. */
function processesSince({ pid: first, startTicks, at }: Beginning): number[] {
  const pids = listDirectory('/proc').map(Number).filter(Number.isInteger);
  if (performance.now() - at < roundMs && newestProcess() >= first) return pids.filter((pid) => pid >= first);
  return pids.filter((pid) => startTicksOf(pid) >= startTicks);
}

/** The last word of this file (proc(5)); NaN where there is none. */
const newestProcess = (): number => Number(readText('/proc/loadavg').split(' ')[4] || Number.NaN);

/** When a process was started, in clock ticks since the machine was; -1 for one that is gone. */
export function startTicksOf(pid: number | string): number {
  // The name, in parentheses, may hold anything; the 22nd field is the 20th behind it.
  const fields = /\) (.*)$/s.exec(readText(`/proc/${pid}/stat`))?.[1]?.split(' ') ?? [];
  return Number(fields[19] ?? -1);
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Another user's process, or one that has just ended, has nothing to read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A size in one of a process's files; undefined where it is not told. */
export const kilobytesOf = (path: string, field: string): number | undefined => kilobytesIn(readText(path), field);

export function kilobytesIn(text: string, field: string): number | undefined {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
  return match ? Number(match[1]) : undefined;
}
