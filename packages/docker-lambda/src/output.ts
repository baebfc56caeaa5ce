import type { ChildProcess } from 'node:child_process';

/** Enough to find out what went wrong, in characters of each stream. */
const kept = 65_536;

/** What a container writes: the end of it is kept. */
export class ContainerOutput {
  readonly streams = { stdout: '', stderr: '' };
  /** Both streams, as they came. */
  text = '';
  readonly #heard = new Set<() => void>();

  constructor(client: ChildProcess, listener?: (text: string, stream: 'stdout' | 'stderr') => void) {
    for (const stream of ['stdout', 'stderr'] as const) {
      client[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.text = (this.text + text).slice(-kept);
        this.streams[stream] = (this.streams[stream] + text).slice(-kept);
        for (const heard of this.#heard) heard();
        listener?.(text, stream);
      });
    }
  }

  /** Waits until it is in what was written, on whichever stream: with a terminal (`-t`) there is but one. */
  hears(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const heard = (): void => {
        if (!Object.values(this.streams).some((text) => pattern.test(text))) return;
        this.#heard.delete(heard);
        resolve();
      };
      this.#heard.add(heard);
      heard();
    });
  }
}
