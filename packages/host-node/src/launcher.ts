import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import {
  type LaunchedRuntime,
  type Launcher,
  LaunchFailure,
  type LaunchListener,
  type LaunchOrder,
} from '@lambda-bootstraps/core';
import { guardGroup, releaseGroup } from './guard.ts';
import { MemoryGauge } from './memory-gauge.ts';
import { treeMemoryByPs } from './process-table.ts';
import { type Beginning, beginningOf, processesWith, processTree } from './process-tree.ts';

/** Descriptors in the runtime: frames to it, frames from it, its log records. */
const descriptors = { framesIn: 3, framesOut: 4, telemetryLog: 5 } as const;

/** Runtimes that are alive; none may outlive us, however we end. */
const alive = new Set<SpawnedRuntime>();

/** Spawns by node:child_process alone: this is the start path, and loading execa takes as long as half a bare Node. */
export const nodeLauncher: Launcher = {
  async launch(order, listener) {
    const [file = '', ...args] = order.command;
    const child = start(file, args, order);
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
      throw launchFailure(error, file, order);
    }
    return new SpawnedRuntime(child, child.pid, order, listener);
  },
};

/** Some failures are thrown by Node.js at once, others are told later by an event. */
function start(file: string, args: readonly string[], order: LaunchOrder): ChildProcess {
  try {
    return spawn(file, args, {
      cwd: order.workingDirectory,
      env: environmentOf(order),
      // A group of its own, so that what the runtime starts ends with it.
      detached: true,
      stdio: stdioOf(order),
    });
  } catch (error) {
    throw launchFailure(error as NodeJS.ErrnoException, file, order);
  }
}

function environmentOf(order: LaunchOrder): Record<string, string> {
  const { framesIn, framesOut, telemetryLog } = descriptors;
  return {
    ...order.environment,
    ...(order.frames ? { LAMBDA_BOOTSTRAPS_FRAMES: `${framesIn},${framesOut}` } : {}),
    ...(order.telemetryLog ? { _LAMBDA_TELEMETRY_LOG_FD: String(telemetryLog) } : {}),
  };
}

function stdioOf(order: LaunchOrder): ('ignore' | 'pipe')[] {
  const frames = order.frames ? 'pipe' : 'ignore';
  return ['ignore', 'pipe', 'pipe', frames, frames, order.telemetryLog ? 'pipe' : 'ignore'];
}

/** In the words of the service, which are those of Go's os package. */
function launchFailure(error: NodeJS.ErrnoException, file: string, order: LaunchOrder): LaunchFailure {
  // The system blames the executable for a working directory that is gone.
  if (error.code === 'ENOENT' && !existsSync(order.workingDirectory)) {
    return new LaunchFailure(`chdir ${order.workingDirectory}: no such file or directory`);
  }
  const words: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    ENOEXEC: 'exec format error',
    ENOTDIR: 'not a directory',
    E2BIG: 'argument list too long',
  };
  return new LaunchFailure(`fork/exec ${file}: ${words[error.code ?? ''] ?? error.message}`);
}

class SpawnedRuntime implements LaunchedRuntime {
  readonly #child: ChildProcess;
  readonly #pid: number;
  /** `NAME=VALUE` of variables that together no other environment has. */
  readonly #marks: readonly string[];
  readonly #beginning: Beginning;
  readonly #gauge: MemoryGauge;
  readonly #framesIn: Socket | undefined;
  #peakBytes: number | undefined;
  #exited = false;

  constructor(child: ChildProcess, pid: number, order: LaunchOrder, listener: LaunchListener) {
    this.#child = child;
    this.#pid = pid;
    const ownVariables = ['AWS_LAMBDA_RUNTIME_API', 'AWS_LAMBDA_LOG_STREAM_NAME'];
    this.#beginning = beginningOf(pid);
    this.#gauge = new MemoryGauge(pid);
    this.#marks = ownVariables.map((name) => `${name}=${order.environment[name]}`);
    const stdio = child.stdio as unknown as (Readable | Socket | null)[];
    onData(child.stdout, (bytes) => listener.onOutput('stdout', bytes));
    onData(child.stderr, (bytes) => listener.onOutput('stderr', bytes));
    if (order.telemetryLog) onData(stdio[descriptors.telemetryLog], listener.onTelemetryLog);
    if (order.frames) {
      onData(stdio[descriptors.framesOut], listener.onFrames);
      this.#framesIn = stdio[descriptors.framesIn] as Socket;
      // The runtime may be gone when a frame is written; its exit tells that better.
      this.#framesIn.on('error', () => undefined);
    }
    track(this);
    // An early reading, so that a runtime which does not get far has one.
    setTimeout(() => void this.peakMemoryBytes(), earlyReadingMs).unref();
    guardGroup(pid);
    child.once('exit', (code, signal) => {
      this.#exited = true;
      this.#gauge.close();
      void this.drain().then(() => listener.onExit({ code, signal }));
    });
    // A signal that cannot be sent, say; the exit tells what matters.
    child.on('error', () => undefined);
  }

  sendFrame(pieces: readonly Uint8Array[]): void {
    const socket = this.#framesIn;
    if (!socket || socket.destroyed) return;
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
  }

  /**
   * What the runtime wrote before its reply or its end is readable by now, and a round of the event loop's polling hands all
   * of it over: a whole one, for the round in which we heard may have asked the system before it was written.
   */
  drain(): Promise<void> {
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  peakMemoryBytes(): number | undefined | Promise<number | undefined> {
    if (this.#exited) return this.#peakBytes;
    if (process.platform !== 'linux') return treeMemoryByPs(this.#pid).then((now) => this.#highest(now));
    return this.#highest(this.#gauge.bytes());
  }

  #highest(now: number | undefined): number | undefined {
    if (now !== undefined) this.#peakBytes = Math.max(now, this.#peakBytes ?? 0);
    return this.#peakBytes;
  }

  terminate(): void {
    signalGroup(this.#pid, 'SIGTERM');
  }

  kill(): void {
    void this.peakMemoryBytes();
    // Descendants that left the group (a shell's job control, setsid) are found before their parents are gone, or by the
    // variables that only this environment has.
    const strays = new Set([
      ...(this.#exited ? [] : processTree(this.#pid)),
      ...processesWith(this.#marks, this.#beginning),
    ]);
    signalGroup(this.#pid, 'SIGKILL');
    for (const pid of strays) signal(pid, 'SIGKILL');
    alive.delete(this);
    releaseGroup(this.#pid);
    // Pipes that a stray still holds must not keep us.
    if (this.#exited) for (const stream of this.#child.stdio) (stream as Socket | null)?.destroy?.();
  }
}

const earlyReadingMs = 30;

function onData(stream: unknown, take: (bytes: Uint8Array) => void): void {
  const readable = stream as Readable | null | undefined;
  readable?.on('data', take);
  readable?.on('error', () => undefined);
}

let exitHookInstalled = false;

function track(runtime: SpawnedRuntime): void {
  alive.add(runtime);
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  process.on('exit', () => {
    for (const one of alive) one.kill();
  });
}

const signalGroup = (pid: number, name: NodeJS.Signals): void => signal(-pid, name);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
