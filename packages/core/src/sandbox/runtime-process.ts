import { encodeInvoke, FrameReader } from '../frames/codec.ts';
import { handleFrame } from '../frames/runtime-frames.ts';
import { functionEnvironment } from '../function/environment-variables.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Host } from '../host.ts';
import type { LaunchedRuntime, Launcher, LaunchListener, ProcessExit } from '../launcher.ts';
import type { LifecycleSink } from '../lifecycle.ts';
import { TelemetryLogReader } from '../logs/telemetry-log.ts';
import type { LaunchPlan } from '../runtime-definition.ts';
import { memoryKills } from './memory-kills.ts';
import type { InvocationPoll, RuntimePort } from './runtime-port.ts';

export interface RuntimeProcessOptions {
  readonly host: Host;
  readonly launcher: Launcher;
  readonly config: FunctionConfig;
  /** `HOST:PORT` of the Runtime API. */
  readonly runtimeApi: string;
  readonly environmentId: string;
  readonly emit: LifecycleSink;
  /** Where its frames go. */
  readonly port: RuntimePort;
  readonly onExit: (exit: ProcessExit) => void;
}

/** The process of a runtime: launched as planned, its output told as log events, its frames handed to the port. */
export class RuntimeProcess {
  readonly #options: RuntimeProcessOptions;
  #launched: LaunchedRuntime | undefined;
  /** As it was when the process was launched. */
  #memoryKills: Promise<number | undefined> | undefined;
  #isKilled = false;

  private constructor(options: RuntimeProcessOptions) {
    this.#options = options;
  }

  /** @throws LaunchFailure */
  static async launch(plan: LaunchPlan, options: RuntimeProcessOptions): Promise<RuntimeProcess> {
    const process = new RuntimeProcess(options);
    const { config, runtimeApi, launcher, host } = options;
    const order = {
      command: plan.command,
      workingDirectory: plan.workingDirectory,
      environment: functionEnvironment(config, { runtimeApi, runtimeEnvironment: plan.environment }),
      frames: plan.transport === 'frames',
      telemetryLog: plan.telemetryLog,
    };
    process.#launched = await launcher.launch(order, process.#listener());
    process.#memoryKills = memoryKills(host.files);
    return process;
  }

  /** Asks it to end. */
  terminate(): void {
    this.#launched?.terminate();
  }

  /** Ends it, and all that it started, at once. */
  kill(): void {
    this.#isKilled = true;
    this.#launched?.kill();
  }

  /** Resolves once everything that it had written before was told. */
  drain(): Promise<void> | undefined {
    return this.#launched?.drain();
  }

  /** Largest memory that its tree has used so far, in bytes; undefined where it cannot be told. */
  peakMemoryBytes(): number | undefined | Promise<number | undefined> {
    return this.#launched?.peakMemoryBytes();
  }

  #listener(): LaunchListener {
    const { emit, host, environmentId, port } = this.#options;
    const frames = new FrameReader();
    const telemetryLog = new TelemetryLogReader();
    const poll: InvocationPoll = {
      deliver: (delivery) => this.#launched?.sendFrame(encodeInvoke(delivery)),
      // Its descriptors close with the process that held them.
      cancel: () => undefined,
    };
    const log = (stream: 'stdout' | 'stderr' | 'telemetry', bytes: Uint8Array) =>
      emit({ type: 'log', environmentId, at: host.clock.now(), stream, bytes });
    return {
      onOutput: log,
      onTelemetryLog: (bytes) => {
        for (const record of telemetryLog.push(bytes)) log('telemetry', record);
      },
      onFrames: (bytes) => {
        try {
          for (const frame of frames.push(bytes)) handleFrame(frame, port, poll);
        } catch {
          // A runtime that writes no frames cannot be talked to any more; its end is seen like any other.
          this.kill();
        }
      },
      onExit: (exit) => void this.#exited(exit),
    };
  }

  /** A kill that nobody here has sent may be the kernel's. */
  async #exited(exit: ProcessExit): Promise<void> {
    if (exit.signal !== 'SIGKILL' || this.#isKilled) return this.#options.onExit(exit);
    const [before, now] = [await this.#memoryKills, await memoryKills(this.#options.host.files)];
    const outOfMemory = before !== undefined && now !== undefined && now > before;
    this.#options.onExit(outOfMemory ? { ...exit, outOfMemory } : exit);
  }
}
