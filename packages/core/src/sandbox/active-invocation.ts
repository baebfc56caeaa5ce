import type { Invocation } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { Clock, Timer } from '../host.ts';
import type { RuntimeDoneFigures } from '../lifecycle.ts';
import {
  assignedInvocation,
  type InvocationEffect,
  type InvocationEvent,
  type InvocationState,
  type Participant,
  type Reply,
  stepInvocation,
} from './machines/invocation.ts';
import type { EnvironmentFailure } from './report.ts';

/** An invocation and the one who waits for its outcome. It keeps its place when an environment has to start anew. */
export interface Ticket {
  readonly invocation: Invocation;
  resolve(outcome: Outcome): void;
  /** For what is no outcome of the function: the runtime's files are missing, say. */
  reject(error: unknown): void;
}

/** Carries the invocation machine's state and its timer; effects are given to whoever owns it. */
export class ActiveInvocation {
  readonly ticket: Ticket;
  readonly requestId: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onEffect: (active: ActiveInvocation, effect: InvocationEffect) => void;
  readonly #onTimeout: () => void;
  #state: InvocationState = assignedInvocation;
  /** Of the last change, which are still to be carried out. */
  #effects: readonly InvocationEffect[] = none;
  #timer: Timer | undefined;
  #deadlineMs = 0;
  /** Monotonic; set at delivery. */
  startedAtMs: number | undefined;
  /** Milliseconds from then until the runtime was back after its reply. */
  runtimeDurationMs: number | undefined;
  /** Monotonic; the reply's first byte and its last. */
  readonly #times: { begun?: number; replied?: number } = {};

  constructor(options: {
    ticket: Ticket;
    clock: Clock;
    timeoutMs: number;
    onEffect: (active: ActiveInvocation, effect: InvocationEffect) => void;
    onTimeout: () => void;
  }) {
    this.ticket = options.ticket;
    this.requestId = options.ticket.invocation.requestId;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
    this.#onEffect = options.onEffect;
    this.#onTimeout = options.onTimeout;
  }

  get phase(): InvocationState['phase'] {
    return this.#state.phase;
  }

  /** Milliseconds since 1970; 0 while the time is not running. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** Starts the function's time, once. With a debugger it has a deadline and no end. */
  startTimer(options: { readonly paused: boolean }): void {
    if (this.#deadlineMs > 0) return;
    this.#deadlineMs = Math.round(this.#clock.now() + this.#timeoutMs);
    if (options.paused) return;
    this.#timer = this.#clock.timer(this.#timeoutMs, this.#onTimeout);
  }

  stopTimer(): void {
    this.#timer?.cancel();
  }

  /** The figures of the runtime's part, which ends now. */
  runtimeDone(reply: Reply | undefined, failure: EnvironmentFailure | undefined): RuntimeDoneFigures {
    const nowMs = this.#clock.monotonic();
    const startedAtMs = this.startedAtMs ?? nowMs;
    const { begun, replied } = this.#times;
    if (reply) this.runtimeDurationMs = nowMs - startedAtMs;
    return {
      ...runtimeStatus(reply, failure),
      durationMs: nowMs - startedAtMs,
      producedBytes: reply?.payload.length,
      startedAt: this.#clock.now() - (nowMs - startedAtMs),
      responseLatencyMs: begun && begun - startedAtMs,
      responseDurationMs: begun && replied && replied - begun,
      runtimeOverheadMs: replied && nowMs - replied,
    };
  }

  /** It is handed over before that is told, so that the runtime works meanwhile. */
  deliver(participants: readonly Participant[], options: { readonly paused: boolean }, handOver: () => void): void {
    this.startTimer(options);
    this.startedAtMs = this.#clock.monotonic();
    this.#change({ type: 'delivered', participants });
    handOver();
    this.#act();
  }

  reply(reply: Reply): void {
    this.step({ type: 'replied', reply });
  }

  /** Whether the event was allowed in the present state. */
  step(event: InvocationEvent): boolean {
    // A transport may reply within the call that hands over.
    this.#act();
    const isAllowed = this.#change(event);
    this.#act();
    return isAllowed;
  }

  #change(event: InvocationEvent): boolean {
    const step = stepInvocation(this.#state, event);
    if ('rejected' in step) return false;
    this.#state = step.state;
    this.#effects = step.effects;
    return true;
  }

  #act(): void {
    const effects = this.#effects;
    this.#effects = none;
    for (const effect of effects) {
      if (effect.type === 'emit-responding') this.#times.begun = this.#clock.monotonic();
      if (effect.type === 'emit-replied') this.#times.replied = this.#clock.monotonic();
      this.#onEffect(this, effect);
    }
  }
}

const none: readonly InvocationEffect[] = [];

function runtimeStatus(
  reply: Reply | undefined,
  failure: EnvironmentFailure | undefined,
): Pick<RuntimeDoneFigures, 'status' | 'errorType'> {
  if (reply?.kind === 'function-error') return { status: 'error', errorType: reply.errorType };
  if (reply) return { status: 'success', errorType: undefined };
  if (failure?.kind === 'timeout') return { status: 'timeout', errorType: undefined };
  return { status: 'failure', errorType: failure?.errorType };
}
