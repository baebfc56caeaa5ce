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
import { truncatedReply } from '../runtime-api/replies.ts';
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
import { type EnvironmentFailure, makeReport } from './report.ts';
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
  readonly #active = new Map<string, ActiveInvocation>();
  readonly #completions = new Set<Promise<void>>();
  #timedOut: ActiveInvocation | undefined;
  #lastRequestId: string | undefined;
  #launched: LaunchedRuntime | undefined;
  #launchedAtMs = 0;
  #retired = false;
  /** Whether the time of initialization and invocations stands still, for a debugger. */
  #time = { paused: false };
  #initDurationMs: number | undefined;
  #timer: Timer | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#host = options.host;
    this.id = options.host.randomId();
  }

  /** Whether it can take another invocation now: one at a time, or as many as the function's concurrency says. */
  get hasRoom(): boolean {
    return this.#state.phase === 'ready' && this.#active.size < this.#options.config.maxConcurrency && !this.#retired;
  }

  /** Whether something is under way in it. */
  get isBusy(): boolean {
    return this.#state.phase !== 'ready' || this.#active.size > 0;
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
    else for (const active of this.#active.values()) active.startTimer(this.#time);
    void this.#launch();
  }

  assign(ticket: Ticket): void {
    const active: ActiveInvocation = new ActiveInvocation({
      ticket,
      clock: this.#host.clock,
      timeoutMs: this.#options.config.timeoutMs,
      onEffect: (invocation, effect) => this.#actOnInvocation(invocation, effect),
      onTimeout: () => {
        this.#timedOut = active;
        this.#step({ type: 'invocation-timed-out' });
      },
    });
    this.#active.set(active.requestId, active);
    const poll = this.#polls.shift();
    if (poll) this.#deliver(active, poll);
    else if (this.#state.phase === 'ready') active.startTimer(this.#time);
  }

  /** Ends the environment when the invocations in it are over, at once when there are none. */
  retire(): void {
    this.#retired = true;
    if (this.#active.size === 0) this.shutdown();
  }

  /** Ends the environment; resolves through `onGone`. */
  shutdown(): void {
    this.#step({ type: 'shutdown-requested' });
  }

  // What the transports ask.

  next(poll: InvocationPoll): void {
    this.#step({ type: 'runtime-ready' });
    if (this.#state.phase !== 'ready') return;
    const assigned = [...this.#active.values()].find(({ phase }) => phase === 'assigned');
    if (assigned) return this.#deliver(assigned, poll);
    this.#polls.push(poll);
    for (const active of this.#active.values()) active.step({ type: 'came-back', participant: runtimeParticipant });
    if (this.#options.config.maxConcurrency === 1) this.#deliverAgain(poll);
  }

  /**
   * A runtime that asks again before it has replied gets the same event again ("next twice is 200"), but only after a
   * moment: a client that replies and polls on two connections may be heard in the other order.
   */
  #deliverAgain(poll: InvocationPoll): void {
    const [active] = this.#active.values();
    if (active?.phase !== 'running') return;
    this.#host.clock.timer(limits.earlyNextMs, () => {
      if (active.phase !== 'running' || !this.#polls.includes(poll)) return;
      this.withdraw(poll);
      poll.deliver({ invocation: active.ticket.invocation, deadlineMs: active.deadlineMs });
    });
  }

  withdraw(poll: InvocationPoll): void {
    const index = this.#polls.indexOf(poll);
    if (index >= 0) this.#polls.splice(index, 1);
  }

  beginReply(requestId: string, kind: 'response' | 'error'): RuntimeRejection | undefined {
    const active = this.#active.get(requestId);
    if (!active && (this.#active.size > 0 || requestId !== this.#lastRequestId)) {
      return { status: 400, errorType: runtimeApiErrorTypes.invalidRequestId, errorMessage: 'Invalid request ID' };
    }
    if (active?.step({ type: 'response-begun' })) return undefined;
    return this.#invalidTransition(active, kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse');
  }

  sinkOf(requestId: string): Invocation['sink'] {
    return this.#active.get(requestId)?.ticket.invocation.sink;
  }

  reply(requestId: string, reply: Reply): void {
    // What is being ended replies no more: a kill breaks connections, and that is no reply either.
    if (this.#state.phase !== 'ready') return;
    const active = this.#active.get(requestId);
    active?.reply(reply);
    // A client that posts its reply and asks for the next event at once may be heard in the other order.
    if (this.#polls.length > 0) active?.step({ type: 'came-back', participant: runtimeParticipant });
  }

  replyBroken(requestId: string): void {
    this.#host.clock.timer(limits.brokenReplyMs, () => this.reply(requestId, truncatedReply()));
  }

  initError(errorType: string, payload: Uint8Array): RuntimeRejection | undefined {
    if (this.#state.phase !== 'starting')
      return this.#invalidTransition(this.#active.values().next().value, 'InitError');
    // The last moment at which its memory can be read for certain.
    void this.#launched?.peakMemoryBytes();
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

  #pauseTime(option: string): void {
    this.#time = { paused: true };
    this.#timer?.cancel();
    for (const active of this.#active.values()) active.stopTimer();
    this.#options.launchContext.notice(`timeouts are paused: ${option} lets a debugger hold the function`);
  }

  #reportInit(): void {
    const { clock } = this.#host;
    this.#timer?.cancel();
    this.#initDurationMs = clock.monotonic() - this.#launchedAtMs;
    const initDurationMs = this.#initDurationMs;
    // A first reading, so that a runtime which ends by itself has one.
    void this.#launched?.peakMemoryBytes();
    this.#options.emit({ type: 'environment-ready', environmentId: this.id, at: clock.now(), initDurationMs });
    if (this.hasRoom) this.#options.onIdle();
  }

  #release(reason: StopReason): void {
    this.#timer?.cancel();
    for (const poll of this.#polls.splice(0)) poll.cancel();
    const unanswered: Ticket[] = [];
    for (const active of [...this.#active.values()]) {
      active.stopTimer();
      if (reason.kind === 'init-timeout' && active.phase === 'assigned') unanswered.push(active.ticket);
      else active.step({ type: 'environment-ended' });
    }
    void this.#leave(reason, unanswered);
  }

  /** The last fact of an environment comes after the last of its invocation. */
  async #leave(reason: StopReason, unanswered: readonly Ticket[]): Promise<void> {
    await Promise.all(this.#completions);
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
        this.#track(this.#complete(active, effect.reply));
    }
  }

  #track(completion: Promise<void>): void {
    this.#completions.add(completion);
    void completion.finally(() => this.#completions.delete(completion));
  }

  /** The one end of every invocation: gather what the function still wrote, measure, report, answer. */
  async #complete(active: ActiveInvocation, reply: Reply | undefined): Promise<void> {
    active.stopTimer();
    const { clock } = this.#host;
    const elapsedMs = clock.monotonic() - (active.startedAtMs ?? this.#launchedAtMs);
    const stopped = this.#state.phase === 'stopped' ? this.#state.reason : undefined;
    // One that runs out of time takes its neighbours with it, but they did not.
    const reason = stopped?.kind === 'timeout' && this.#timedOut !== active ? undefined : stopped;
    const outcome: Outcome = reply ?? outcomeOfStop(reason, this.#options.config.timeoutMs, clock.now());
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
      failure: failureOfStop(reason),
    });
    const facts = { environmentId: this.id, at: clock.now(), requestId: active.requestId };
    this.#options.emit({ type: 'invocation-completed', ...facts, outcome, report });
    this.#lastRequestId = active.requestId;
    this.#active.delete(active.requestId);
    active.ticket.resolve(outcome);
    if (this.#retired && this.#active.size === 0) this.shutdown();
    else if (this.hasRoom) this.#options.onIdle();
  }

  #deliver(active: ActiveInvocation, poll: InvocationPoll): void {
    // Where several run at once, which of them a request for the next event ends cannot be told: their replies do.
    active.deliver(this.#options.config.maxConcurrency > 1 ? [] : [runtimeParticipant], this.#time);
    poll.deliver({ invocation: active.ticket.invocation, deadlineMs: active.deadlineMs });
  }

  async #launch(): Promise<void> {
    const { runtime, launcher, launchContext } = this.#options;
    try {
      const plan = await runtime.plan(launchContext);
      if (this.#state.phase !== 'starting')
        return this.#step({ type: 'exited', exit: { code: null, signal: 'SIGKILL' } });
      if (plan.debuggerOption) this.#pauseTime(plan.debuggerOption);
      this.#launched = await launcher.launch(this.#orderOf(plan), this.#listener());
      if (this.#state.phase !== 'starting') this.#launched.kill();
    } catch (error) {
      if (!(error instanceof LaunchFailure)) this.#abandon(error);
      this.#step({ type: 'launch-failed', message: (error as Error).message });
    }
  }

  /** What kept the runtime from starting is no outcome of the function: it goes to the caller as an exception. */
  #abandon(error: unknown): void {
    for (const active of this.#active.values()) {
      active.stopTimer();
      active.ticket.reject(error);
    }
    this.#active.clear();
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

  #invalidTransition(active: ActiveInvocation | undefined, to: string): RuntimeRejection {
    return {
      status: 403,
      errorType: runtimeApiErrorTypes.invalidStateTransition,
      errorMessage: `State transition from ${this.#runtimeStateName(active)} to ${to} failed for runtime. Error: State transition is not allowed`,
    };
  }

  /** The runtime's state in the words of the service's own messages. */
  #runtimeStateName(active: ActiveInvocation | undefined): string {
    if (this.#state.phase === 'starting') return 'Started';
    if (this.#state.phase !== 'ready') return 'Exited';
    switch (active?.phase) {
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

/** How the log and the report speak of an environment's end, whatever the caller was told. */
function failureOfStop(reason: StopReason | undefined): EnvironmentFailure | undefined {
  switch (reason?.kind) {
    case undefined:
    case 'init-error':
      return undefined;
    case 'timeout':
      return { kind: 'timeout' };
    case 'launch-failed':
      return { kind: 'exit', errorType: functionErrorTypes.invalidEntrypoint, message: reason.message };
    case 'exit':
      return { kind: 'exit', errorType: functionErrorTypes.exit, message: exitWords(reason.exit) };
    default:
      return { kind: 'exit', errorType: functionErrorTypes.exit, message: exitWords(killed) };
  }
}

const killed = { code: null, signal: 'SIGKILL' } as const;

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
