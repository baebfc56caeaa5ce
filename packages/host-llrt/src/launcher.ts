import {
  type LaunchedRuntime,
  type Launcher,
  LaunchFailure,
  type LaunchListener,
  type LaunchOrder,
} from '@lambda-bootstraps/core';
import { type Child, native, type SystemError } from './native.ts';
import { signalName } from './signal-names.ts';

/** Descriptors in the runtime: frames to it, frames from it, its log records. */
const descriptors = { stdout: 1, stderr: 2, framesIn: 3, framesOut: 4, telemetryLog: 5 } as const;

export const llrtLauncher: Launcher = {
  async launch(order, listener) {
    try {
      return new SpawnedRuntime(order, listener);
    } catch (error) {
      throw new LaunchFailure(`fork/exec ${order.command[0]}: ${reasonOf(error as SystemError)}`);
    }
  },
};

function environmentOf(order: LaunchOrder): Record<string, string> {
  const { framesIn, framesOut, telemetryLog } = descriptors;
  return {
    ...order.environment,
    ...(order.frames ? { LAMBDA_BOOTSTRAPS_FRAMES: `${framesIn},${framesOut}` } : {}),
    ...(order.telemetryLog ? { _LAMBDA_TELEMETRY_LOG_FD: String(telemetryLog) } : {}),
  };
}

/** In the words of the service, which are those of Go's os package, as the system's in lower case are too. */
const reasonOf = ({ code, words, message }: SystemError): string =>
  code === 'ENOEXEC' ? 'exec format error' : (words ?? message);

class SpawnedRuntime implements LaunchedRuntime {
  readonly #child: Child;
  #peakBytes: number | undefined;
  #exited = false;

  constructor(order: LaunchOrder, listener: LaunchListener) {
    this.#child = native.spawn(
      { ...order, environment: environmentOf(order) },
      (descriptor, bytes) => tell(listener, descriptor, bytes),
      (code, signal) => {
        this.#exited = true;
        listener.onExit({ code: code ?? null, signal: signal === undefined ? null : signalName(signal) });
      },
    );
  }

  sendFrame(pieces: readonly Uint8Array[]): void {
    this.#child.sendFrame(pieces);
  }

  drain(): Promise<void> {
    return this.#child.drain();
  }

  peakMemoryBytes(): number | undefined {
    const now = this.#exited ? undefined : this.#child.memory();
    if (now !== undefined) this.#peakBytes = Math.max(now, this.#peakBytes ?? 0);
    return this.#peakBytes;
  }

  terminate(): void {
    this.#child.terminate();
  }

  kill(): void {
    this.peakMemoryBytes();
    this.#child.kill();
  }
}

function tell(listener: LaunchListener, descriptor: number, bytes: Uint8Array): void {
  switch (descriptor) {
    case descriptors.stdout:
      return listener.onOutput('stdout', bytes);
    case descriptors.stderr:
      return listener.onOutput('stderr', bytes);
    case descriptors.framesOut:
      return listener.onFrames(bytes);
    default:
      return listener.onTelemetryLog(bytes);
  }
}
