import { ExtensionGroup } from '../extensions/extension-group.ts';
import type { ShutdownReason } from '../extensions/extension-port.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { Invocation } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { Host, Timer } from '../host.ts';
import { type Launcher, LaunchFailure } from '../launcher.ts';
import type { InitPhase, InitStatus, LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { limits } from '../protocol/limits.ts';
import { truncatedReply } from '../runtime-api/replies.ts';
import type { LaunchContext, RuntimeDefinition, TransportContext } from '../runtime-definition.ts';
import { ActiveInvocation, type Ticket } from './active-invocation.ts';
import { EnvironmentEvents } from './environment-events.ts';
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
import { RuntimeProcess } from './runtime-process.ts';
import { failureOfStop, initErrorTypeOf, outcomeOfStop } from './stop-outcome.ts';

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
  readonly extensions: ExtensionGroup;
  readonly #options: EnvironmentOptions;
  readonly #host: Host;
  readonly #events: EnvironmentEvents;
  readonly #polls: InvocationPoll[] = [];
  #state: EnvironmentState = startingEnvironment;
  readonly #active = new Map<string, ActiveInvocation>();
  readonly #completions = new Set<Promise<void>>();
  /** Whether the runtime is back from its invocation, of which only the REPORT is to be written. */
  #isSettling = false;
  /** Ids of those that timed out while the environment went on; their replies may still come. */
  readonly #overdue = new Set<string>();
  #lastRequestId: string | undefined;
  #process: RuntimeProcess | undefined;
  #launchedAtMs = 0;
  /** The runtime has asked for work. */
  #runtimeIsReady = false;
  #retired = false;
  /** Whether the runtime has asked to be restored. */
  #restored = false;
  #restoringSinceMs: number | undefined;
  /** What kept the runtime from starting was no failure of the function's initialization. */
  #isAbandoned = false;
  /** Whether the time of initialization and invocations stands still, for a debugger. */
  #time = { paused: false };
  #initDurationMs: number | undefined;
  #timer: Timer | undefined;
  #terminatedAtMs: number | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#host = options.host;
    this.id = options.host.randomId();
    this.#events = new EnvironmentEvents(options.emit);
    this.extensions = new ExtensionGroup({
      ...options,
      environmentId: this.id,
      emit: this.#emit,
      notice: options.launchContext.notice,
      listen: (sink) => this.#events.listen(sink),
      onReady: () => this.#readyWhenAllAre(),
      onBack: (participant) => {
        for (const active of this.#active.values()) active.step({ type: 'came-back', participant });
      },
      onFailed: (errorType, message) => this.#step({ type: 'extension-failed', errorType, message }),
    });
  }

  readonly #emit = (event: LifecycleEvent): void => this.#events.emit(event);

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

  /** Whether it will have room in a moment, without anything that the function does. */
  get isSettling(): boolean {
    return this.#isSettling && !this.#retired;
  }

  /** Launches the runtime, for its first invocation or (without one) ahead of it. */
  start(ticket: Ticket | undefined): void {
    const { clock } = this.#host;
    this.#emit({ type: 'environment-starting', environmentId: this.id, at: clock.now(), phase: this.#initPhase });
    this.#launchedAtMs = clock.monotonic();
    if (ticket) this.assign(ticket);
    if (this.#options.init === 'own-phase') this.#setTimer(this.#initMs, { type: 'init-timed-out' });
    else for (const active of this.#active.values()) active.startTimer(this.#time);
    void this.#launch();
  }

  assign(ticket: Ticket): void {
    const active: ActiveInvocation = new ActiveInvocation({
      ticket,
      clock: this.#host.clock,
      timeoutMs: this.#options.config.timeoutMs,
      onEffect: (invocation, effect) => this.#actOnInvocation(invocation, effect),
      onTimeout: () => this.#onTimeout(active),
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
    // Lambda lets a runtime know of its end only beside an extension ("Shutdown phase").
    this.#step({ type: 'shutdown-requested', politely: !this.extensions.isEmpty && this.#process !== undefined });
  }

  /** Ends the environment at once, also one that is being ended. */
  kill(): void {
    this.#step({ type: 'shutdown-requested', politely: false });
    this.#process?.kill();
    this.extensions.kill();
  }

  get #initPhase(): InitPhase {
    return this.#options.init === 'own-phase' ? 'init' : 'invoke';
  }

  get #isConcurrent(): boolean {
    return this.#options.config.maxConcurrency > 1;
  }

  /** "Understanding the Lambda Managed Instances execution environment": 130 seconds, or the function's timeout. */
  get #initMs(): number {
    return this.#isConcurrent ? Math.max(limits.concurrentInitMs, this.#options.config.timeoutMs) : limits.initMs;
  }

  /** Where others run beside it, one that times out fails alone, and its code is not stopped (same source). */
  #onTimeout(active: ActiveInvocation): void {
    if (!this.#isConcurrent) return this.#step({ type: 'invocation-timed-out' });
    this.#overdue.add(active.requestId);
    active.step({ type: 'timed-out' });
  }

  // What the transports ask.

  next(poll: InvocationPoll): void {
    if (!this.#runtimeIsReady && this.#state.phase === 'starting') {
      this.#runtimeIsReady = true;
      this.#tellRuntimeInitialized('success', undefined);
      this.#readyWhenAllAre();
    }
    if (this.#state.phase === 'ready') this.#serve(poll);
    else if (this.#state.phase === 'starting') this.#polls.push(poll);
  }

  #readyWhenAllAre(): void {
    if (!this.#runtimeIsReady || !this.extensions.isReady) return;
    this.#step({ type: 'initialized' });
    for (const poll of this.#polls.splice(0)) this.#serve(poll);
  }

  #serve(poll: InvocationPoll): void {
    const assigned = [...this.#active.values()].find(({ phase }) => phase === 'assigned');
    if (assigned) return this.#deliver(assigned, poll);
    this.#polls.push(poll);
    for (const active of this.#active.values()) active.step({ type: 'came-back', participant: runtimeParticipant });
    if (!this.#isConcurrent) this.#deliverAgain(poll);
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
    if (this.#overdue.delete(requestId)) {
      return { status: 410, errorType: runtimeApiErrorTypes.invokeTimeout, errorMessage: 'Invoke timeout' };
    }
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

  restore(): RuntimeRejection | undefined {
    if (this.#state.phase !== 'starting' || this.#restored) return this.#refuseInit('RestoreReady');
    this.#restored = true;
    this.#tellRuntimeInitialized('success', undefined);
    this.#restoringSinceMs = this.#host.clock.monotonic();
    this.#emit({ type: 'restore-started', ...this.#factsNow() });
    return undefined;
  }

  restoreError(errorType: string, payload: Uint8Array): RuntimeRejection | undefined {
    return this.#restored ? this.initError(errorType, payload, 'RestoreError') : this.#refuseInit('RestoreError');
  }

  initError(errorType: string, payload: Uint8Array, to = 'InitError'): RuntimeRejection | undefined {
    if (this.#state.phase !== 'starting') return this.#refuseInit(to);
    // The last moment at which its memory can be read for certain.
    void this.#process?.peakMemoryBytes();
    this.#step({ type: 'init-error-posted', errorType, payload });
    return undefined;
  }

  // Effects.

  #step(event: EnvironmentEvent): void {
    const before = this.#state.phase;
    const { state, effects } = stepEnvironment(this.#state, event);
    this.#state = state;
    if (before === 'starting' && 'reason' in state) this.#tellInitFailed(state.reason);
    for (const effect of effects) this.#act(effect);
  }

  #act(effect: EnvironmentEffect): void {
    switch (effect.type) {
      case 'report-init':
        return this.#reportInit();
      case 'await-exit':
        return this.#setTimer(limits.killGraceMs, { type: 'exit-overdue' });
      case 'terminate':
        this.#terminatedAtMs = this.#host.clock.monotonic();
        this.#setTimer(this.#politenessMs, { type: 'exit-overdue' });
        return this.#process?.terminate();
      case 'kill':
        this.#setTimer(limits.killGraceMs, { type: 'kill-unanswered' });
        return this.#process?.kill();
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
    void this.#process?.peakMemoryBytes();
    this.#tellInitEnded('success', undefined);
    this.extensions.closeRegistration();
    this.#events.forget();
    this.#emit({ type: 'environment-ready', environmentId: this.id, at: clock.now(), initDurationMs });
    if (this.hasRoom) this.#options.onIdle();
  }

  #tellInitFailed(reason: StopReason): void {
    if (reason.kind === 'shutdown' || this.#isAbandoned) return;
    const status = reason.kind === 'init-timeout' || reason.kind === 'timeout' ? 'timeout' : 'error';
    const errorType = status === 'error' ? initErrorTypeOf(reason) : undefined;
    if (!this.#runtimeIsReady) this.#tellRuntimeInitialized(status, errorType);
    this.#tellInitEnded(status, errorType);
  }

  #tellRuntimeInitialized(status: InitStatus, errorType: string | undefined): void {
    if (this.#restoringSinceMs !== undefined) {
      const durationMs = this.#host.clock.monotonic() - this.#restoringSinceMs;
      return this.#emit({ type: 'restore-ended', ...this.#factsNow(), status, errorType, durationMs });
    }
    this.#emit({ type: 'runtime-initialized', ...this.#factsNow(), phase: this.#initPhase, status, errorType });
  }

  #tellInitEnded(status: InitStatus, errorType: string | undefined): void {
    const durationMs = this.#host.clock.monotonic() - this.#launchedAtMs;
    this.#emit({ type: 'init-ended', ...this.#factsNow(), phase: this.#initPhase, status, errorType, durationMs });
  }

  #factsNow(): { readonly environmentId: string; readonly at: number } {
    return { environmentId: this.id, at: this.#host.clock.now() };
  }

  /** What the runtime has to end by itself. */
  get #politenessMs(): number {
    return this.extensions.hasExternal ? limits.runtimeShutdownMs : limits.internalShutdownMs;
  }

  /** One budget for the runtime and then the extensions. */
  #extensionBudgetMs(): number {
    const spentMs = this.#host.clock.monotonic() - (this.#terminatedAtMs ?? this.#host.clock.monotonic());
    return Math.max(0, limits.shutdownMs - spentMs);
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
    await this.extensions.shutdown(shutdownReasonOf(reason), this.#extensionBudgetMs());
    this.#emit({ type: 'environment-stopped', environmentId: this.id, at: this.#host.clock.now(), reason });
    this.#options.onGone(reason, unanswered);
  }

  #actOnInvocation(active: ActiveInvocation, effect: InvocationEffect): void {
    switch (effect.type) {
      case 'emit-started':
        return this.#tellStarted(active);
      case 'emit-responding':
        return this.#tellProgress('invocation-responding', active);
      case 'emit-replied':
        return this.#tellProgress('invocation-replied', active);
      case 'runtime-done':
        return this.#runtimeDone(active, effect.reply, effect.others);
      case 'complete':
        this.#track(this.#complete(active, effect.reply));
    }
  }

  // Facts of an invocation are told often: their fields are named one by one, which costs less than spreading others.

  #tellStarted({ requestId, ticket }: ActiveInvocation): void {
    const { traceId } = ticket.invocation;
    const { functionVersion } = this.#options.config;
    const at = this.#host.clock.now();
    this.#emit({ type: 'invocation-started', environmentId: this.id, at, requestId, functionVersion, traceId });
  }

  #tellProgress(type: 'invocation-responding' | 'invocation-replied', { requestId }: ActiveInvocation): void {
    this.#emit({ type, environmentId: this.id, at: this.#host.clock.now(), requestId });
  }

  #track(completion: Promise<void>): void {
    this.#completions.add(completion);
    void completion.then(() => this.#completions.delete(completion));
  }

  /** Extensions may go on, and REPORT is still to be written: the caller waits for that only when it said so. */
  #runtimeDone(active: ActiveInvocation, reply: Reply | undefined, others: boolean): void {
    const { traceId, answerEarly } = active.ticket.invocation;
    const stopped = 'reason' in this.#state ? this.#state.reason : undefined;
    const reason = this.#overdue.has(active.requestId) ? ({ kind: 'timeout' } as const) : stopped;
    const figures = active.runtimeDone(reply, failureOfStop(reason));
    const { requestId } = active;
    const at = this.#host.clock.now();
    this.#isSettling = reply !== undefined && !others && !this.#isConcurrent;
    if (reply && answerEarly) active.ticket.resolve(reply);
    this.#emit({ type: 'invocation-runtime-done', environmentId: this.id, at, requestId, traceId, figures });
  }

  /** The one end of every invocation: gather what the function still wrote, measure, report, answer. */
  async #complete(active: ActiveInvocation, reply: Reply | undefined): Promise<void> {
    active.stopTimer();
    const { clock } = this.#host;
    const elapsedMs = clock.monotonic() - (active.startedAtMs ?? this.#launchedAtMs);
    const stopped = this.#state.phase === 'stopped' ? this.#state.reason : undefined;
    const reason: StopReason | undefined = this.#overdue.has(active.requestId) ? { kind: 'timeout' } : stopped;
    const outcome: Outcome = reply ?? outcomeOfStop(reason, this.#options.config.timeoutMs, clock.now());
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    if (!stopped) await this.#process?.drain();
    if (!this.extensions.isEmpty) await this.extensions.drain();
    const peakMemoryBytes = this.#peakMemoryBytes();
    const report = makeReport({
      elapsedMs,
      runtimeDurationMs: active.runtimeDurationMs,
      initDurationMs,
      timeoutMs: this.#options.config.timeoutMs,
      memorySizeMb: this.#options.config.memorySizeMb,
      // Most hosts know it at once.
      peakMemoryBytes: typeof peakMemoryBytes === 'object' ? await peakMemoryBytes : peakMemoryBytes,
      outcome,
      failure: failureOfStop(reason),
    });
    const { requestId } = active;
    this.#emit({ type: 'invocation-completed', environmentId: this.id, at: clock.now(), requestId, outcome, report });
    this.#lastRequestId = requestId;
    this.#active.delete(requestId);
    this.#isSettling = false;
    active.ticket.resolve(outcome);
    if (this.#retired && this.#active.size === 0) this.shutdown();
    else if (this.hasRoom) this.#options.onIdle();
  }

  #peakMemoryBytes(): number | undefined | Promise<number | undefined> {
    const ofRuntime = this.#process?.peakMemoryBytes();
    return this.extensions.isEmpty ? ofRuntime : this.#peakMemoryOfAll(ofRuntime);
  }

  async #peakMemoryOfAll(ofRuntime: number | undefined | Promise<number | undefined>): Promise<number> {
    return ((await ofRuntime) ?? 0) + (await this.extensions.peakMemoryBytes());
  }

  #deliver(active: ActiveInvocation, poll: InvocationPoll): void {
    active.startTimer(this.#time);
    const delivery = { invocation: active.ticket.invocation, deadlineMs: active.deadlineMs };
    // Where several run at once, which of them a request for the next event ends cannot be told: their replies do.
    const participants = this.#isConcurrent ? [] : [runtimeParticipant, ...this.extensions.invoke(delivery)];
    active.deliver(participants, this.#time, () => poll.deliver(delivery));
  }

  async #launch(): Promise<void> {
    const { runtime, launchContext } = this.#options;
    try {
      const plan = await runtime.plan(launchContext);
      if (plan.debuggerOption && this.#state.phase === 'starting') this.#pauseTime(plan.debuggerOption);
      await this.extensions.launch();
      if (this.#state.phase !== 'starting')
        return this.#step({ type: 'exited', exit: { code: null, signal: 'SIGKILL' } });
      this.#process = await RuntimeProcess.launch(plan, {
        ...this.#options,
        environmentId: this.id,
        emit: this.#emit,
        port: this,
        onExit: (exit) => this.#step({ type: 'exited', exit }),
      });
      if (this.#state.phase !== 'starting') this.#process.kill();
      else if (typeof plan.transport === 'object') plan.transport.connect(this.#transportContext(this.#process));
    } catch (error) {
      if (!(error instanceof LaunchFailure)) this.#abandon(error);
      this.#step({ type: 'launch-failed', message: (error as Error).message });
    }
  }

  #transportContext(process: RuntimeProcess): TransportContext {
    return {
      port: this,
      isAwaited: () => this.#state.phase === 'starting' && !this.#runtimeIsReady,
      kill: () => process.kill(),
    };
  }

  /** What kept the runtime from starting is no outcome of the function: it goes to the caller as an exception. */
  #abandon(error: unknown): void {
    this.#isAbandoned = true;
    for (const active of this.#active.values()) {
      active.stopTimer();
      active.ticket.reject(error);
    }
    this.#active.clear();
  }

  #refuseInit(to: string): RuntimeRejection {
    return this.#invalidTransition(this.#active.values().next().value, to);
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

/** What extensions are told. "Extension shutdown" knows no other reasons. */
function shutdownReasonOf({ kind }: StopReason): ShutdownReason {
  if (kind === 'shutdown') return 'spindown';
  return kind === 'timeout' || kind === 'init-timeout' ? 'timeout' : 'failure';
}
