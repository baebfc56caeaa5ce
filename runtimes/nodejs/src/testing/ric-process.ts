import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  decodeText,
  encodeInvoke,
  encodeText,
  FrameReader,
  type Invocation,
  type RuntimeFrame,
} from '@lambda-bootstraps/core';
import { LogFrameReader } from './log-frames.ts';
import { Queue } from './queue.ts';

export const assetsRoot = fileURLToPath(new URL('../../dist', import.meta.url));

type InvocationFacts = Partial<Omit<Invocation, 'payload'>>;

export type ClientMajor = 2 | 3 | 4;

const entries = { 2: 'start/2.cjs', 3: 'start/3.mjs', 4: 'ric/4/index.mjs' } as const;

export interface RicProcessOptions {
  readonly client: ClientMajor;
  readonly taskRoot: string;
  readonly handler: string;
  readonly node?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A vendored runtime interface client under a real Node, with the core's side of every wire played by the test. */
export class RicProcess {
  static async start(options: RicProcessOptions): Promise<RicProcess> {
    const entry = `${assetsRoot}/${entries[options.client]}`;
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" in runtimes/nodejs first`);
    const runtimeApi = new FakeRuntimeApi();
    return new RicProcess(options, entry, runtimeApi, await runtimeApi.listen());
  }

  readonly frames = new Queue<RuntimeFrame>();
  readonly logs = new Queue<string>();
  readonly initErrors: Queue<InitError>;
  readonly exit: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
  readonly #child: ChildProcess;
  readonly #runtimeApi: FakeRuntimeApi;

  private constructor(options: RicProcessOptions, entry: string, runtimeApi: FakeRuntimeApi, port: number) {
    this.#runtimeApi = runtimeApi;
    this.initErrors = runtimeApi.initErrors;
    this.#child = spawn(options.node ?? process.execPath, [...(options.flags ?? []), entry], {
      cwd: options.taskRoot,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: 'test',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        LAMBDA_TASK_ROOT: options.taskRoot,
        _HANDLER: options.handler,
        LAMBDA_BOOTSTRAPS_FRAMES: '3,4',
        _LAMBDA_TELEMETRY_LOG_FD: '5',
        ...options.environment,
      },
    });
    this.#listen();
    this.exit = this.#collectExit();
  }

  /** Waits for NEXT, then hands over an invocation. */
  async invoke(event: unknown, facts: InvocationFacts = {}): Promise<void> {
    await this.expectNext();
    this.sendInvoke(event, facts);
  }

  sendInvoke(event: unknown, facts: InvocationFacts = {}): void {
    const invocation = {
      requestId: 'a-request',
      payload: encodeText(JSON.stringify(event)),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
      traceId: 'Root=1-2-3',
      ...facts,
    };
    const input = this.#stream(3);
    for (const piece of encodeInvoke({ invocation, deadlineMs: Date.now() + 30_000 })) input.write(piece);
  }

  async expectNext(): Promise<void> {
    const frame = await this.frames.take();
    if (frame.kind !== 'next') throw new Error(`expected NEXT, got ${describe(frame)}`);
  }

  async expectResponse(): Promise<{ requestId: string; value: unknown }> {
    const frame = await this.frames.take();
    if (frame.kind !== 'response') throw new Error(`expected RESPONSE, got ${describe(frame)}`);
    return { requestId: frame.requestId, value: JSON.parse(decodeText(frame.payload)) };
  }

  async expectError(): Promise<{ requestId: string; error: LambdaError; xrayCause: string }> {
    const frame = await this.frames.take();
    if (frame.kind !== 'error') throw new Error(`expected ERROR, got ${describe(frame)}`);
    return { requestId: frame.requestId, error: JSON.parse(decodeText(frame.payload)), xrayCause: frame.xrayCause };
  }

  /** Goes away as a core does that was killed: the frames end and nobody answers HTTP. */
  async abandon(): Promise<void> {
    await this.#runtimeApi.close();
    this.#stream(3).end();
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit;
    await this.#runtimeApi.close();
  }

  #stream(descriptor: number): Duplex {
    return this.#child.stdio[descriptor] as Duplex;
  }

  #listen(): void {
    const reader = new FrameReader();
    const logReader = new LogFrameReader();
    this.#stream(4).on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.frames.put(frame);
    });
    this.#stream(5).on('data', (chunk: Buffer) => {
      for (const message of logReader.push(chunk)) this.logs.put(message);
    });
    this.#stream(3).on('error', () => {}); // it may exit with an invocation unread
  }

  async #collectExit(): RicProcess['exit'] {
    const output = { stdout: '', stderr: '' };
    this.#child.stdout!.on('data', (chunk) => (output.stdout += chunk));
    this.#child.stderr!.on('data', (chunk) => (output.stderr += chunk));
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (...exit) => resolve(exit));
    });
    const reason = new Error(`the runtime exited with ${code ?? signal}: ${output.stdout}${output.stderr}`);
    this.frames.close(reason);
    this.logs.close(reason);
    this.initErrors.close(reason);
    return { code, signal, ...output };
  }
}

export interface LambdaError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

interface InitError {
  readonly path: string;
  readonly error: LambdaError;
}

/** Takes what a client sends by plain HTTP whatever its native module is. */
class FakeRuntimeApi {
  readonly initErrors = new Queue<InitError>();
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.initErrors.put({ path: request.url!, error: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(202).end();
  });

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function describe(frame: RuntimeFrame): string {
  return frame.kind === 'next' ? 'NEXT' : `${frame.kind}: ${decodeText(frame.payload).slice(0, 500)}`;
}
