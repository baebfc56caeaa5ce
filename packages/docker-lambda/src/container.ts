import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cleansUp, engineOf, runCommand } from './command.ts';
import { type Guard, guardContainer, unrefStream } from './guard.ts';
import type { RunOptions } from './options.ts';

export interface ContainerEnd {
  /** The engine's command could not be started. */
  readonly error?: Error;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ContainerStart {
  readonly options: RunOptions;
  /** More arguments of `docker run`, before the user's. */
  readonly ownArguments?: readonly string[];
  /** What follows the handler. */
  readonly words?: readonly string[];
  readonly spawnOptions: SpawnOptions;
}

/** A container under a name, run by the engine's client in the foreground; it does not outlive this process. */
export class Container {
  readonly engine: string;
  readonly name: string;
  readonly client: ChildProcess;
  readonly ended: Promise<ContainerEnd>;
  readonly #spawnOptions: Pick<SpawnOptions, 'cwd' | 'env'>;
  readonly #guard: Guard | undefined;
  #hasEnded = false;

  constructor({ options, ownArguments = [], words = [], spawnOptions }: ContainerStart) {
    const given = nameAmong(options.dockerArgs ?? []);
    this.engine = engineOf(options);
    this.name = given ?? `docker-lambda-${process.pid}-${randomBytes(4).toString('hex')}`;
    this.#spawnOptions = { cwd: spawnOptions.cwd, env: spawnOptions.env };
    const naming = given === undefined ? ['--name', this.name] : [];
    this.client = spawn(this.engine, [...runCommand(options, [...naming, ...ownArguments]), ...words], {
      ...spawnOptions,
      // Ctrl+C is for us: the guard hears of our end.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const { pid } = this.client;
    if (pid !== undefined) {
      const removal = cleansUp(options) ? ['rm', '--force', this.name] : ['kill', this.name];
      this.#guard = guardContainer(this.engine, removal, pid, this.#spawnOptions);
    }
    this.ended = this.#toEnd();
  }

  /** Runs another command of the engine to its end, for instance `docker port`. */
  async ask(...command: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const child = spawn(this.engine, command, { ...this.#spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    const answer = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        answer[stream] += text;
      });
    }
    const { status } = await endOf(child);
    return { status, ...answer };
  }

  /** `docker stop`: the invocation under way may end within the engine's grace. */
  async stop(): Promise<void> {
    this.client.ref();
    if (!this.#hasEnded) {
      const { status } = await this.ask('stop', this.name);
      if (status !== 0) await this.remove();
    }
    await this.ended;
  }

  /** Ends it at once. */
  async remove(): Promise<void> {
    this.client.ref();
    if (!this.#hasEnded) await this.#guard?.remove();
    await this.ended;
  }

  /** Waits for its end, but not longer than some milliseconds. */
  async endsWithin(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.ended, late]);
    clearTimeout(timer);
  }

  /** From now on it does not keep this process from ending, with which it ends itself. */
  unref(): void {
    this.client.unref();
    for (const stream of this.client.stdio) unrefStream(stream);
    this.#guard?.unref();
  }

  async #toEnd(): Promise<ContainerEnd> {
    const end = await endOf(this.client);
    // Somebody has killed the client; that ends no container.
    if (end.signal !== null) await this.#guard?.remove();
    this.#hasEnded = true;
    this.#guard?.release();
    return end;
  }
}

function endOf(child: ChildProcess): Promise<ContainerEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error, status: null, signal: null }));
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
}

/** The name that the user's own arguments give to the container. */
function nameAmong(args: readonly string[]): string | undefined {
  const index = args.lastIndexOf('--name');
  return index >= 0 ? args[index + 1] : args.findLast((arg) => arg.startsWith('--name='))?.slice('--name='.length);
}
