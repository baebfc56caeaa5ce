import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { decodeText, encodeInvoke, encodeText, FrameReader, type RuntimeFrame } from '@lambda-bootstraps/core';
import { findExecutable, nodeHost } from '@lambda-bootstraps/host-node';
import type { Test } from 'tap';
import { java } from '../index.ts';
import { functionConfig } from './java-function.ts';

export interface ClientProcessOptions {
  readonly taskRoot: string;
  readonly handler: string;
  readonly transport: 'frames' | 'http';
  /** HOST:PORT */
  readonly runtimeApi: string;
}

/** The client in a process of its own, started as planned, with the core's side of every wire played by the test. */
export class ClientProcess {
  static async start(t: Test, options: ClientProcessOptions): Promise<ClientProcess> {
    const plan = await java.plan({
      host: nodeHost,
      config: functionConfig(options),
      // Without `env`, HTTP is spoken.
      findExecutable: async (name) =>
        name === 'env' && options.transport === 'http' ? undefined : findExecutable(name),
      notice: () => undefined,
    });
    t.equal(plan.transport, options.transport);
    const [file = '', ...args] = plan.command;
    const child = spawn(file, args, {
      cwd: plan.workingDirectory,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...plan.environment, AWS_LAMBDA_RUNTIME_API: options.runtimeApi },
    });
    t.teardown(() => child.kill('SIGKILL'));
    return new ClientProcess(child);
  }

  /** Resolves when the process has ended and all that it wrote was read. */
  readonly exit: Promise<{ code: number | null; output: string }>;
  readonly #child: ChildProcess;
  readonly #frames: RuntimeFrame[] = [];
  #onFrame: () => void = () => undefined;
  #ended = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const reader = new FrameReader();
    this.#stream(4).on('data', (chunk: Buffer) => {
      this.#frames.push(...reader.push(chunk));
      this.#onFrame();
    });
    // It may exit with an invocation unread.
    this.#stream(3).on('error', () => undefined);
    let output = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk));
    this.exit = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        this.#ended = true;
        this.#onFrame();
        resolve({ code, output });
      });
    });
  }

  send(requestId: string, event: unknown): void {
    const invocation = {
      requestId,
      payload: encodeText(JSON.stringify(event)),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
      traceId: 'Root=1-2-3',
    };
    for (const piece of encodeInvoke({ invocation, deadlineMs: Date.now() + 30_000 })) this.#stream(3).write(piece);
  }

  /** The next frame, for example `next` or `response one "text"`. */
  async frame(): Promise<string> {
    while (this.#frames.length === 0) {
      if (this.#ended) throw new Error(`the client has ended: ${(await this.exit).output}`);
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
    const frame = this.#frames.shift()!;
    return frame.kind === 'next' ? 'next' : `${frame.kind} ${frame.requestId} ${decodeText(frame.payload)}`;
  }

  /** Goes away as a core does that was killed. */
  abandon(): void {
    this.#stream(3).end();
  }

  #stream(descriptor: number): Duplex {
    return this.#child.stdio[descriptor] as Duplex;
  }
}
