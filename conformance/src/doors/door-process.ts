import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

export type Door = 'lambda-bootstraps' | 'init' | 'aws-lambda-rie';

/** The builds of the program: executable.test.ts runs every test of this folder once more on the other one. */
const programs: Readonly<Record<string, string>> = { node: 'cli', executable: 'host-llrt' };

/** Which one the tests of this process are about. */
export const programName = process.env.LAMBDA_BOOTSTRAPS_PROGRAM ?? 'node';

export const programPath = (door: Door): string =>
  fileURLToPath(new URL(`../../../packages/${programs[programName]}/dist/${door}`, import.meta.url));

export const fixture = (name: keyof typeof fixtures): string => fileURLToPath(new URL(fixtures[name], import.meta.url));

const fixtures = {
  nodejs: '../../../runtimes/nodejs/conformance/function',
  provided: '../../../runtimes/provided/conformance/bash',
  python: '../../fixtures/python',
};

export const nodejsName = `nodejs${process.versions.node.split('.')[0]}.x`;

export interface DoorOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A door's program, started as a user would start it. */
export class DoorProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #heard = new Set<() => void>();

  constructor(t: Test, door: Door, args: readonly string[], options: DoorOptions = {}) {
    const startedAt = performance.now();
    this.child = spawn(programPath(door), args, {
      cwd: options.cwd ?? fixture('nodejs'),
      env: { PATH: process.env.PATH, ...options.environment },
    });
    this.child.stdin.on('error', () => undefined);
    this.child.stdin.end(options.stdin ?? '');
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream].setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text;
        for (const heard of this.#heard) heard();
      });
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      for (const heard of this.#heard) heard();
      return { code, signal, stdout: this.stdout, stderr: this.stderr, tookMs: performance.now() - startedAt };
    });
    t.teardown(() => this.child.kill('SIGKILL'));
  }

  /** Waits until the pattern is in a stream. */
  async hears(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match) return match;
      if (this.child.exitCode !== null) throw new Error(`ended without ${pattern}: ${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        const heard = (): void => {
          this.#heard.delete(heard);
          resolve();
        };
        this.#heard.add(heard);
      });
    }
  }
}

/** Runs a door to its end. */
export const runDoor = (t: Test, door: Door, args: readonly string[], options: DoorOptions = {}): Promise<Ended> =>
  new DoorProcess(t, door, args, options).ended;

export interface Served {
  readonly door: DoorProcess;
  readonly port: number;
  invoke(
    event: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string }>;
}

/** A server of the plain door on a free port. */
export async function serve(
  t: Test,
  handler: string,
  flags: readonly string[] = [],
  options: DoorOptions = {},
): Promise<Served> {
  const runtime = flags.includes('--runtime') ? [] : ['--runtime', nodejsName];
  const door = new DoorProcess(
    t,
    'lambda-bootstraps',
    ['serve', handler, '--port', '0', ...runtime, ...flags],
    options,
  );
  const port = Number((await door.hears('stderr', /listening on port (\d+)\.\.\./))[1]);
  return { door, port, invoke: (event, headers) => invokeAt(port, event, headers) };
}

export async function invokeAt(
  port: number,
  event: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/test/invocations`;
  const response = await fetch(url, { method: 'POST', body: event, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/**
 * A port that was free a moment ago. Not one that the system picks: those it gives to every connection that is made
 * meanwhile, too.
 */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
