import { fail } from '@lambda-bootstraps/core';

/** Those who read events now, each with what ends it. There may be so many. */
export class Readers {
  readonly #limit: number;
  readonly #all = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @param end what to do when the server ends
   * @returns call it when the reader has gone
   * @throws LambdaBootstrapsError ERR_TOO_MANY_READERS
   */
  enter(end: () => void): () => void {
    if (this.#all.size >= this.#limit) throw fail('ERR_TOO_MANY_READERS', this.#limit);
    const one = (): void => end();
    this.#all.add(one);
    return () => void this.#all.delete(one);
  }

  endAll(): void {
    for (const end of [...this.#all]) end();
  }
}
