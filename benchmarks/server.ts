import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../conformance/src/doors/door-process.ts';
import { Connection } from './connection.ts';
import type { BenchmarkFunction } from './functions.ts';
import { Launched } from './launched.ts';
import type { Tell } from './measurement.ts';
import type { Command, Target } from './targets/target.ts';

/** How long a server may take to listen. */
const patienceMs = 30_000;

/** A program that was launched to answer on a port. */
export class Server {
  readonly launched: Launched;
  readonly tell: Tell;
  readonly #port: number;

  private constructor(command: Command, port: number, tell: Tell) {
    this.launched = new Launched(command);
    this.tell = tell;
    this.#port = port;
  }

  static async launch(
    target: Target,
    fn: BenchmarkFunction,
    tell: Tell,
    environments = 1,
  ): Promise<Server | undefined> {
    const [port, runtimePort] = [await freePort(), await freePort()];
    const command = await target.serve(fn, { port, runtimePort, environments });
    return command && new Server(command, port, tell);
  }

  /** @param words with the port as the last of them */
  static async launchProgram(words: Command['words'], tell: Tell): Promise<Server> {
    const port = await freePort();
    return new Server({ words: [...words, String(port)], environment: {} }, port, tell);
  }

  /** Tries until there is a listener. @throws Error when the program has ended, or listens too late */
  async connect(): Promise<Connection> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      try {
        return await Connection.open(this.#port);
      } catch (error) {
        if (this.launched.end !== undefined) throw new Error(`nobody listens: ${this.state()}`, { cause: error });
        if (performance.now() > giveUpAt) throw error;
        await sleep(1);
      }
    }
  }

  /** For people: whether it runs. */
  state(): string {
    return this.launched.end === undefined ? 'the program runs' : `the program has ended (${this.launched.end})`;
  }

  stop(): Promise<void> {
    return this.launched.stop();
  }
}
