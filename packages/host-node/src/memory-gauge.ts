import { closeSync, openSync, readSync } from 'node:fs';
import { kilobytesIn, kilobytesOf, processTree } from './process-tree.ts';

/**
 * What a runtime and its descendants use of memory. It is read in every invocation, so the files stay open and the tree is
 * looked at only after something was started. Linux only.
 */
export class MemoryGauge {
  readonly #root: number;
  readonly #status: ProcFile;
  /** Its last word is the newest process of all (proc(5)). */
  readonly #load = new ProcFile('/proc/loadavg');
  /** The newest process when the root was last found without children. */
  #aloneAt: string | undefined;

  constructor(root: number) {
    this.#root = root;
    this.#status = new ProcFile(`/proc/${root}/status`);
  }

  /**
   * In bytes: of one process its peak resident size; of several the sum of their proportional sizes now, for a fork
   * shares most of its pages. Undefined when the root is gone.
   */
  bytes(): number | undefined {
    const rootPeak = kilobytesIn(this.#status.text(), 'VmHWM');
    if (rootPeak === undefined) return undefined;
    const load = this.#load.text();
    const newest = load.slice(load.lastIndexOf(' ') + 1);
    if (newest !== '' && newest === this.#aloneAt) return rootPeak * 1024;
    const tree = processTree(this.#root);
    if (tree.length === 1) {
      this.#aloneAt = newest;
      return rootPeak * 1024;
    }
    const sizes = tree.map((pid) => kilobytesOf(`/proc/${pid}/smaps_rollup`, 'Pss') ?? 0);
    return (
      Math.max(
        rootPeak,
        sizes.reduce((sum, size) => sum + size, 0),
      ) * 1024
    );
  }

  /** Nothing is to be read any more. */
  close(): void {
    this.#status.close();
    this.#load.close();
  }
}

const buffer = Buffer.alloc(4096);

/** A file of /proc that is opened once and read often. */
class ProcFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** '' when there is nothing to read: the process has ended, say. */
  text(): string {
    try {
      this.#descriptor ??= openSync(this.#path, 'r');
      return buffer.toString('latin1', 0, readSync(this.#descriptor, buffer, 0, buffer.length, 0));
    } catch {
      return '';
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
