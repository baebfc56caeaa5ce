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

/**
 * Processes of this user that were started since `startTicks` with all of these variables, wherever they are in the tree
 * of processes: what a function has detached carries its environment still. Linux only.
 */
export function processesWith(variables: readonly string[], startTicks: number): number[] {
  if (startTicks < 0) return [];
  return listDirectory('/proc')
    .filter((name) => /^\d+$/.test(name) && startTicksOf(name) >= startTicks)
    .filter((pid) => {
      const environment = `\0${readText(`/proc/${pid}/environ`)}\0`;
      return variables.every((variable) => environment.includes(`\0${variable}\0`));
    })
    .map(Number);
}

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
