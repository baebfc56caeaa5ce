import { encodeInvoke, FrameReader } from '../frames/codec.ts';
import { handleFrame } from '../frames/runtime-frames.ts';
import { functionEnvironment } from '../function/environment-variables.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Invocation } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { Host, Timer } from '../host.ts';
import { type LaunchedRuntime, type Launcher, LaunchFailure } from '../launcher.ts';
import type { LifecycleSink } from '../lifecycle.ts';
import { TelemetryLogReader } from '../logs/telemetry-log.ts';
import { functionErrorTypes, runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { limits } from '../protocol/limits.ts';
import type { LaunchContext, LaunchPlan, RuntimeDefinition } from '../runtime-definition.ts';
import { ActiveInvocation, type Ticket } from './active-invocation.ts';
import { exitWords } from './exit-words.ts';
import {
  type EnvironmentEffect,
  type EnvironmentEvent,
  type EnvironmentState,
  type StopReason,
  startingEnvironment,
  stepEnvironment,
} from './machines/environment.ts';
import { type InvocationEffect, type Reply, runtimeParticipant } from './machines/invocation.ts';
import { makeReport } from './report.ts';
import type { InvocationPoll, RuntimePort, RuntimeRejection } from './runtime-port.ts';

export interface EnvironmentOptions {
  readonly host: Host;
  readonly launcher: Launcher;
  readonly config: FunctionConfig;
  readonly runtime: RuntimeDefinition;
  readonly launchContext: LaunchContext;
  /** `HOST:PORT` of the Runtime API. */
  readonly runtimeApi: string;
  readonly emit: LifecycleSink;
  /**
   * `own-phase`: initialization has ten seconds of its own. `in-invocation`: it was tried before and now runs on the
   * function's time ("Lambda execution environment lifecycle", failures during the init phase).
   */
  readonly init: 'own-phase' | 'in-invocation';
  /** The invocation in it is over and the runtime waits for another. */
  readonly onIdle: () => void;
  /** The environment is gone; tickets that were neither answered nor failed come back. */
  readonly onGone: (reason: StopReason, unanswered: readonly Ticket[]) => void;
}

/** One execution environment: steps the machines and carries their effects out. */
export class ExecutionEnvironment implements RuntimePort {
  readonly id: string;
  readonly #options: EnvironmentOptions;
  readonly #host: Host;
  readonly #polls: InvocationPoll[] = [];
  #state: EnvironmentState = startingEnvironment;
  #active: ActiveInvocation | undefined;
  #lastRequestId: string | undefined;
  #launched: LaunchedRuntime | undefined;
  #launchedAtMs = 0;
  #retired = false;
  #initDurationMs: number | undefined;
  #timer: Timer | undefined;
  #completion: Promise<void> | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#host = options.host;
    this.id = options.host.randomId();
  }

  get isIdle(): boolean {
    return this.#state.phase === 'ready' && this.#active === undefined && !this.#retired;
  }

  get isReady(): boolean {
    return this.#state.phase === 'ready';
  }

  /** Launches the runtime, for its first invocation or (without one) ahead of it. */
  start(ticket: Ticket | undefined): void {
    const { clock } = this.#host;
    this.#options.emit({ type: 'environment-starting', environmentId: this.id, at: clock.now() });
    this.#launchedAtMs = clock.monotonic();
    if (ticket) this.assign(ticket);
    if (this.#options.init === 'own-phase') this.#setTimer(limits.initMs, { type: 'init-timed-out' });
    else this.#active?.startTimer();
    void this.#launch();
  }

  assign(ticket: Ticket): void {
    const active = new ActiveInvocation({
      ticket,
      clock: this.#host.clock,
      timeoutMs: this.#options.config.timeoutMs,
      onEffect: (invocation, effect) => this.#actOnInvocation(invocation, effect),
      onTimeout: () => this.#step({ type: 'invocation-timed-out' }),
    });
    this.#active = active;
    const poll = this.#polls.shift();
    if (poll) this.#deliver(active, poll);
    else if (this.#state.phase === 'ready') active.startTimer();
  }

  /** Ends the environment when the invocation in it is over, at once when there is none. */
  retire(): void {
    this.#retired = true;
    if (this.#active === undefined) this.shutdown();
  }

  /** Ends the environment; resolves through `onGone`. */
  shutdown(): void {
    this.#step({ type: 'shutdown-requested' });
  }

  // What the transports ask.

  next(poll: InvocationPoll): void {
    this.#step({ type: 'runtime-ready' });
    if (this.#state.phase !== 'ready') return;
    const active = this.#active;
    if (active?.phase === 'assigned') return this.#deliver(active, poll);
    this.#polls.push(poll);
    active?.step({ type: 'came-back', participant: runtimeParticipant });
  }

  withdraw(poll: InvocationPoll): void {
    const index = this.#polls.indexOf(poll);
    if (index >= 0) this.#polls.splice(index, 1);
  }

  beginReply(requestId: string, kind: 'response' | 'error'): RuntimeRejection | undefined {
    const active = this.#active;
    if (active?.requestId !== requestId && (active !== undefined || requestId !== this.#lastRequestId)) {
      return { status: 400, errorType: runtimeApiErrorTypes.invalidRequestId, errorMessage: 'Invalid request ID' };
    }
    if (active?.step({ type: 'response-begun' })) return undefined;
    return this.#invalidTransition(kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse');
  }

  sinkOf(requestId: string): Invocation['sink'] {
    return this.#active?.requestId === requestId ? this.#active.ticket.invocation.sink : undefined;
  }

  reply(requestId: string, reply: Reply): void {
    if (this.#active?.requestId !== requestId) return;
    this.#active.reply(reply);
    // A client that posts its reply and asks for the next event at once may be heard in the other order.
    if (this.#polls.length > 0) this.#active.step({ type: 'came-back', participant: runtimeParticipant });
  }

  initError(errorType: string, payload: Uint8Array): RuntimeRejection | undefined {
    if (this.#state.phase !== 'starting') return this.#invalidTransition('InitError');
    this.#step({ type: 'init-error-posted', errorType, payload });
    return undefined;
  }

  // Effects.

  #step(event: EnvironmentEvent): void {
    const { state, effects } = stepEnvironment(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#act(effect);
  }

  #act(effect: EnvironmentEffect): void {
    switch (effect.type) {
      case 'report-init':
        return this.#reportInit();
      case 'await-exit':
        return this.#setTimer(limits.killGraceMs, { type: 'exit-overdue' });
      case 'kill':
        this.#setTimer(limits.killGraceMs, { type: 'kill-unanswered' });
        return this.#launched?.kill();
      case 'release':
        return this.#release(effect.reason);
    }
  }

  #reportInit(): void {
    const { clock } = this.#host;
    this.#timer?.cancel();
    this.#initDurationMs = clock.monotonic() - this.#launchedAtMs;
    const initDurationMs = this.#initDurationMs;
    // A first reading, so that a runtime which ends by itself has one.
    void this.#launched?.peakMemoryBytes();
    this.#options.emit({ type: 'environment-ready', environmentId: this.id, at: clock.now(), initDurationMs });
    if (this.isIdle) this.#options.onIdle();
  }

  #release(reason: StopReason): void {
    this.#timer?.cancel();
    for (const poll of this.#polls.splice(0)) poll.cancel();
    const active = this.#active;
    const unanswered = reason.kind === 'init-timeout' && active?.phase === 'assigned' ? [active.ticket] : [];
    if (active && unanswered.length === 0) active.step({ type: 'environment-ended' });
    active?.stopTimer();
    void this.#leave(reason, unanswered);
  }

  /** The last fact of an environment comes after the last of its invocation. */
  async #leave(reason: StopReason, unanswered: readonly Ticket[]): Promise<void> {
    await this.#completion;
    this.#options.emit({ type: 'environment-stopped', environmentId: this.id, at: this.#host.clock.now(), reason });
    this.#options.onGone(reason, unanswered);
  }

  #actOnInvocation(active: ActiveInvocation, effect: InvocationEffect): void {
    const { emit, config } = this.#options;
    const facts = { environmentId: this.id, at: this.#host.clock.now(), requestId: active.requestId };
    switch (effect.type) {
      case 'emit-started': {
        const { traceId } = active.ticket.invocation;
        return emit({ type: 'invocation-started', ...facts, functionVersion: config.functionVersion, traceId });
      }
      case 'emit-responding':
        return emit({ type: 'invocation-responding', ...facts });
      case 'emit-replied':
        return emit({ type: 'invocation-replied', ...facts });
      case 'complete':
        this.#completion = this.#complete(active, effect.reply);
    }
  }

  /** The one end of every invocation: gather what the function still wrote, measure, report, answer. */
  async #complete(active: ActiveInvocation, reply: Reply | undefined): Promise<void> {
    active.stopTimer();
    const { clock } = this.#host;
    const elapsedMs = clock.monotonic() - (active.startedAtMs ?? this.#launchedAtMs);
    const stopped = this.#state.phase === 'stopped' ? this.#state.reason : undefined;
    const outcome: Outcome = reply ?? outcomeOfStop(stopped, this.#options.config.timeoutMs, clock.now());
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    if (!stopped) await this.#launched?.drain();
    const report = makeReport({
      elapsedMs,
      initDurationMs,
      timeoutMs: this.#options.config.timeoutMs,
      memorySizeMb: this.#options.config.memorySizeMb,
      peakMemoryBytes: await this.#launched?.peakMemoryBytes(),
      outcome,
      environmentFailed: stopped !== undefined,
    });
    const facts = { environmentId: this.id, at: clock.now(), requestId: active.requestId };
    this.#options.emit({ type: 'invocation-completed', ...facts, outcome, report });
    this.#lastRequestId = active.requestId;
    this.#active = undefined;
    active.ticket.resolve(outcome);
    if (this.#retired) this.shutdown();
    else if (this.isIdle) this.#options.onIdle();
  }

  #deliver(active: ActiveInvocation, poll: InvocationPoll): void {
    active.deliver([runtimeParticipant]);
    poll.deliver({ invocation: active.ticket.invocation, deadlineMs: active.deadlineMs });
  }

  async #launch(): Promise<void> {
    const { runtime, launcher, launchContext } = this.#options;
    try {
      const plan = await runtime.plan(launchContext);
      if (this.#state.phase !== 'starting')
        return this.#step({ type: 'exited', exit: { code: null, signal: 'SIGKILL' } });
      this.#launched = await launcher.launch(this.#orderOf(plan), this.#listener());
      if (this.#state.phase !== 'starting') this.#launched.kill();
    } catch (error) {
      if (!(error instanceof LaunchFailure)) this.#abandon(error);
      this.#step({ type: 'launch-failed', message: (error as Error).message });
    }
  }

  /** What kept the runtime from starting is no outcome of the function: it goes to the caller as an exception. */
  #abandon(error: unknown): void {
    this.#active?.stopTimer();
    this.#active?.ticket.reject(error);
    this.#active = undefined;
  }

  #orderOf(plan: LaunchPlan) {
    const { config, runtimeApi } = this.#options;
    return {
      command: plan.command,
      workingDirectory: plan.workingDirectory,
      environment: functionEnvironment(config, { runtimeApi, runtimeEnvironment: plan.environment }),
      frames: plan.transport === 'frames',
      telemetryLog: plan.telemetryLog,
    };
  }

  #listener() {
    const { emit } = this.#options;
    const { clock } = this.#host;
    const frames = new FrameReader();
    const telemetryLog = new TelemetryLogReader();
    const poll: InvocationPoll = {
      deliver: (delivery) => this.#launched?.sendFrame(encodeInvoke(delivery)),
      // Its descriptors close with the process that held them.
      cancel: () => undefined,
    };
    const log = (stream: 'stdout' | 'stderr' | 'telemetry', bytes: Uint8Array) =>
      emit({ type: 'log', environmentId: this.id, at: clock.now(), stream, bytes });
    return {
      onOutput: log,
      onTelemetryLog: (bytes: Uint8Array) => {
        for (const record of telemetryLog.push(bytes)) log('telemetry', record);
      },
      onFrames: (bytes: Uint8Array) => {
        try {
          for (const frame of frames.push(bytes)) handleFrame(frame, this, poll);
        } catch {
          // A runtime that writes no frames cannot be talked to any more; its end is seen like any other.
          this.#launched?.kill();
        }
      },
      onExit: (exit: { code: number | null; signal: string | null }) => this.#step({ type: 'exited', exit }),
    };
  }

  #invalidTransition(to: string): RuntimeRejection {
    return {
      status: 403,
      errorType: runtimeApiErrorTypes.invalidStateTransition,
      errorMessage: `State transition from ${this.#runtimeStateName()} to ${to} failed for runtime. Error: State transition is not allowed`,
    };
  }

  /** The runtime's state in the words of the service's own messages. */
  #runtimeStateName(): string {
    if (this.#state.phase === 'starting') return 'Started';
    if (this.#state.phase !== 'ready') return 'Exited';
    switch (this.#active?.phase) {
      case 'running':
        return 'Running';
      case 'responding':
        return 'InvocationResponse';
      case 'replied':
        return 'ResponseSent';
      default:
        return 'Ready';
    }
  }

  #setTimer(ms: number, event: EnvironmentEvent): void {
    this.#timer?.cancel();
    this.#timer = this.#host.clock.timer(ms, () => this.#step(event));
  }
}

function outcomeOfStop(reason: StopReason | undefined, timeoutMs: number, at: number): Outcome {
  switch (reason?.kind) {
    case 'timeout':
      return { kind: 'timeout', timeoutMs, at };
    case 'init-error':
      return { kind: 'init-error', errorType: reason.errorType, payload: reason.payload };
    case 'launch-failed':
      return { kind: 'exit', errorType: functionErrorTypes.invalidEntrypoint, message: reason.message };
    case 'exit':
      return { kind: 'exit', errorType: functionErrorTypes.exit, message: exitWords(reason.exit) };
    default:
      return {
        kind: 'exit',
        errorType: functionErrorTypes.exit,
        message: exitWords({ code: null, signal: 'SIGKILL' }),
      };
  }
}
