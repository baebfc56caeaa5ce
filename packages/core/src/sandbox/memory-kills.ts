import { decodeText } from '../bytes.ts';
import type { Files } from '../host.ts';

/**
 * How many processes the kernel has killed in our control group for want of memory; undefined where it does not say. In a
 * container with a memory limit that is how a function ends that uses too much.
 */
export async function memoryKills(files: Files): Promise<number | undefined> {
  const groups = await textOf(files, '/proc/self/cgroup');
  if (groups === undefined) return undefined;
  const second = /^0::(\/.+)$/m.exec(groups)?.[1] ?? '';
  const first = /^\d+:memory:(\/.+)$/m.exec(groups)?.[1] ?? '';
  // Inside a container the group's own folder is often mounted as the root of all.
  const places = [
    `/sys/fs/cgroup${second}/memory.events`,
    '/sys/fs/cgroup/memory.events',
    `/sys/fs/cgroup/memory${first}/memory.oom_control`,
    '/sys/fs/cgroup/memory/memory.oom_control',
  ];
  for (const place of places) {
    const kills = /^oom_kill (\d+)$/m.exec((await textOf(files, place)) ?? '')?.[1];
    if (kills !== undefined) return Number(kills);
  }
  return undefined;
}

const textOf = (files: Files, path: string): Promise<string | undefined> =>
  files.read(path).then(decodeText, () => undefined);
