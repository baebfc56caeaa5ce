import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { folder, searchPath } from './functions.ts';
import { killAll, markedBy, markOf, signal, treeOf } from './process-family.ts';
import type { Command } from './targets/target.ts';

/** How long a program may take to obey SIGTERM. */
const patienceMs = 3_000;

const alive = new Set<Launched>();

// Whatever ends this process, nothing that it has launched lives on: Ctrl-C reaches only this one, for each program has
// a process group of its own.
process.on('exit', () => {
  for (const launched of alive) launched.kill();
});

/** A program that was launched, in a process group of its own. What it writes is written for nobody. */
export class Launched {
  readonly #child: ChildProcess;
  readonly #id = randomUUID();
  readonly exited: Promise<void>;

  constructor({ words: [file, ...args], environment }: Command) {
    this.#child = spawn(file, args, {
      cwd: folder,
      stdio: 'ignore',
      detached: true,
      env: { PATH: searchPath, ...environment, ...markOf(this.#id) },
    });
    alive.add(this);
    this.exited = new Promise((resolve) => {
      this.#child.on('exit', () => resolve()).on('error', () => resolve());
    });
  }

  /** `exit code 2`, `SIGKILL`, or undefined while it runs. */
  get end(): string | undefined {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined) return 'not started';
    return signalCode ?? (exitCode === null ? undefined : `exit code ${exitCode}`);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** In MB: what is resident now, or was at most. */
  memory(field: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
  }

  /** Its own, without its runtimes', in milliseconds so far. The kernel counts in hundredths of a second. */
  processorMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** It may end by itself; what does not is killed, with all that it has started. */
  async stop(): Promise<void> {
    const tree = this.end === undefined ? treeOf(this.pid) : [];
    if (this.end === undefined) this.#child.kill('SIGTERM');
    const impatience = setTimeout(() => this.kill(), patienceMs);
    await this.exited;
    clearTimeout(impatience);
    killAll([...tree, ...markedBy(this.#id)]);
    alive.delete(this);
  }

  /** At once, with all that it has started. */
  kill(): void {
    if (this.end === undefined) {
      // Stopped, it starts nothing more while we look.
      signal(this.pid, 'SIGSTOP');
      const tree = treeOf(this.pid);
      signal(-this.pid, 'SIGKILL');
      killAll(tree);
    }
    killAll(markedBy(this.#id));
  }
}

/** Runs a program to its end. @returns milliseconds @throws Error when it fails */
export async function runOnce(command: Command): Promise<number> {
  const startedAt = performance.now();
  const launched = new Launched(command);
  await launched.exited;
  const tookMs = performance.now() - startedAt;
  await launched.stop();
  if (launched.end !== 'exit code 0') throw new Error(`${command.words.join(' ')}: ${launched.end}`);
  return tookMs;
}
