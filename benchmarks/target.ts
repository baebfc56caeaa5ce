import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.ts';
import type { BenchmarkFunction } from './functions.ts';

/** A program that plays Lambda's side, called as RIE is. */
export interface Target {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What an image would have to carry. */
  readonly files: readonly string[];
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The peer, if PEER_RIE names one, comes first: others are compared with it. @throws Error for what is not there */
export function findTargets(): Target[] {
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: no task of turbo runs this
  const peer = process.env.PEER_RIE;
  const executable = path('../packages/host-llrt/dist/aws-lambda-rie');
  const program = path('../packages/cli/dist/aws-lambda-rie');
  const targets: Target[] = [
    ...(peer ? [{ name: 'peer', command: [peer] as const, files: [peer] }] : []),
    { name: 'Node host', command: [process.execPath, program], files: [process.execPath, program] },
    { name: 'executable', command: [executable], files: [executable] },
  ];
  const missing = targets.flatMap(({ files }) => files).find((file) => !existsSync(file));
  if (missing) throw new Error(`${missing} is not there: npm run build`);
  return targets.map((target) => ({ ...target, files: target.files.map((file) => realpathSync(file)) }));
}

/** A target that was launched with a function. */
export class Running {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async launch({ command: [file, ...args] }: Target, fn: BenchmarkFunction): Promise<Running> {
    const [port, runtimePort] = [await freePort(), await freePort()];
    const flags = ['--runtime-interface-emulator-address', `127.0.0.1:${port}`];
    flags.push('--runtime-api-address', `127.0.0.1:${runtimePort}`);
    const child = spawn(file, [...args, ...flags, ...fn.command], {
      // Nobody waits for a reader of the log; all of it is written.
      stdio: 'ignore',
      env: { PATH: process.env.PATH, ...fn.environment },
    });
    child.on('error', () => undefined);
    return new Running(port, child);
  }

  connect(): Promise<Connection> {
    return Connection.open(this.port);
  }

  /** In kB: VmRSS, VmHWM. */
  memory(field: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  }

  /** Its own, without its runtime's, in milliseconds so far. The kernel counts in hundredths of a second. */
  processorMs(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    // One that does not obey is ended all the same.
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 3_000);
    await once(this.#child, 'exit');
    clearTimeout(impatience);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
