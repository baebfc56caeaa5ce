/**
 * Memory of a process tree in bytes, by `ps`: for systems without /proc, such as macOS. Resident sizes are summed, so
 * that pages which a fork shares count more than once. Undefined where there is no `ps` or the root is gone.
 */
export async function treeMemoryByPs(root: number): Promise<number | undefined> {
  try {
    // Not on the start path of Linux, and most of what a program of ours would have to load.
    const { execa } = await import('execa');
    const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
    return sumTree(root, stdout.split('\n').map(parseRow));
  } catch {
    return undefined;
  }
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly kilobytes: number;
}

function parseRow(line: string): Row {
  const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
  return { pid, parent, kilobytes };
}

function sumTree(root: number, rows: readonly Row[]): number | undefined {
  const found = rows.filter(({ pid }) => pid === root);
  for (let index = 0; index < found.length; index++) {
    found.push(...rows.filter(({ parent }) => parent === found[index]!.pid));
  }
  return found.length === 0 ? undefined : found.reduce((sum, { kilobytes }) => sum + kilobytes, 0) * 1024;
}
