import { Caller } from './caller.ts';
import type { Server } from './server.ts';
import { quantile } from './statistics.ts';
import { tailOf, type Workload } from './workload.ts';

export interface CrowdFacts {
  readonly perSecond: number;
  /** Milliseconds, of those that did not fail; undefined if all did. */
  readonly p50: number | undefined;
  /** The tail of these. */
  readonly slow: number | undefined;
  readonly failed: number;
}

/** Callers who all call the same server at once. */
export class Crowd {
  readonly #server: Server;
  readonly #callers: readonly Caller[];
  readonly #workload: Workload;

  private constructor(server: Server, all: readonly Caller[], workload: Workload) {
    this.#server = server;
    this.#callers = all;
    this.#workload = workload;
  }

  /** With every environment started, and warm. */
  static async gather(server: Server, size: number, workload: Workload): Promise<Crowd> {
    try {
      const all = await Promise.all(Array.from({ length: size }, () => Caller.connect(server)));
      const crowd = new Crowd(server, all, workload);
      await crowd.call(Math.max(3, workload.warmUps));
      return crowd;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** @param invocations of all callers together; each has one at least */
  async call(invocations = this.#workload.invocations): Promise<CrowdFacts> {
    const each = Math.ceil(invocations / this.#callers.length);
    const times: number[] = [];
    const startedAt = performance.now();
    await Promise.all(
      this.#callers.map(async (caller) => {
        for (let count = 0; count < each; count++) await this.#invoke(caller, times);
      }),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      perSecond: times.length / seconds,
      p50: times.length === 0 ? undefined : quantile(times, 0.5),
      slow: times.length === 0 ? undefined : quantile(times, tailOf(this.#workload).share),
      failed: each * this.#callers.length - times.length,
    };
  }

  async disperse(): Promise<void> {
    for (const caller of this.#callers) caller.close();
    await this.#server.stop();
  }

  async #invoke(caller: Caller, times: number[]): Promise<void> {
    const startedAt = performance.now();
    try {
      await caller.invoke(this.#workload.payload);
      times.push(performance.now() - startedAt);
    } catch (error) {
      this.#server.tell(`an invocation failed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
