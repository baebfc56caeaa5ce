import { fail } from '../errors.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import { createInvocation, type Invocation, type InvocationInput } from '../function/invocation.ts';
import type { Outcome } from '../function/outcome.ts';
import type { Host } from '../host.ts';
import type { Launcher } from '../launcher.ts';
import type { LifecycleEvent, LifecycleSink } from '../lifecycle.ts';
import type { LaunchContext, RuntimeDefinition } from '../runtime-definition.ts';
import type { Ticket } from './active-invocation.ts';
import { EnvironmentSlot, type RuntimeApiListener } from './environment-slot.ts';

export interface SandboxOptions {
  readonly host: Host;
  readonly launcher: Launcher;
  readonly config: FunctionConfig;
  readonly runtime: RuntimeDefinition;
  /** How many invocations may run at once, each in an environment of its own. 1 unless told. */
  readonly concurrency?: number;
  /** How many invocations may wait for an environment. 1,000 unless told. */
  readonly queueLimit?: number;
  /** Where runtimes find their Runtime API; a free loopback port for each environment unless told. */
  readonly runtimeApi?: RuntimeApiListener;
  readonly findExecutable?: LaunchContext['findExecutable'];
  readonly notice?: LaunchContext['notice'];
}

const defaultQueueLimit = 1_000;

/**
 * One function, ready to be invoked: keeps its execution environments, starts them when they are needed, uses them
 * again, and queues what must wait, in order.
 */
export class Sandbox {
  #options: SandboxOptions;
  /** Never changed but replaced: who subscribes or leaves while an event is told changes nothing for the others. */
  #sinks: readonly LifecycleSink[] = [];
  readonly #slots: EnvironmentSlot[] = [];
  /** Those that have settings of before, until what is under way in them has ended. */
  readonly #leaving = new Set<EnvironmentSlot>();
  readonly #queue: Ticket[] = [];
  #closed = false;
  /** Told when a slot has become free. */
  #onceFree: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  /** @throws LambdaBootstrapsError ERR_INVALID_NUMBER */
  constructor(options: SandboxOptions) {
    checkCount('concurrency', options.concurrency, 1);
    checkCount('queueLimit', options.queueLimit, 0);
    this.#options = options;
  }

  /** Of the environments that start from now on. */
  get config(): FunctionConfig {
    return this.#options.config;
  }

  /** Hears of everything that happens from now on. The returned function ends it. */
  subscribe(sink: LifecycleSink): () => void {
    if (!this.#sinks.includes(sink)) this.#sinks = [...this.#sinks, sink];
    return () => {
      this.#sinks = this.#sinks.filter((other) => other !== sink);
    };
  }

  /**
   * Invokes the function and gives how that ended; function errors, timeouts and exits are outcomes, not exceptions.
   * @throws LambdaBootstrapsError ERR_QUEUE_FULL, ERR_SANDBOX_CLOSED, ERR_RUNTIME_ASSETS_MISSING, or for the listener
   */
  invoke(input: InvocationInput): Promise<Outcome> {
    return this.run(createInvocation(input, this.config, this.#options.host));
  }

  /** Like {@link invoke}, for an invocation that is complete. */
  run(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve, reject) => this.submit({ invocation, resolve, reject }));
  }

  /** Like {@link run}, for who wants to hear of the outcome within the very call that brings it about. */
  submit(ticket: Ticket): void {
    if (this.#closed) return ticket.reject(fail('ERR_SANDBOX_CLOSED'));
    const limit = this.#options.queueLimit ?? defaultQueueLimit;
    const waiting = this.#queue.length;
    if (waiting > 0 && waiting >= limit) return ticket.reject(fail('ERR_QUEUE_FULL', waiting));
    const { requestId, traceId, payload } = ticket.invocation;
    this.#emit({ type: 'invocation-received', at: this.#options.host.clock.now(), requestId, traceId, payload });
    if (this.#place(ticket, waiting)) return;
    if (limit > 0) this.#queue.push(ticket);
    else ticket.reject(fail('ERR_QUEUE_FULL', waiting));
  }

  /** Whether it takes no more invocations. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether a runtime has initialized and not ended since. */
  get isReady(): boolean {
    return this.#slots.some((slot) => slot.isReady);
  }

  /** Of those that can take invocations, now or when they have initialized. */
  get environmentIds(): readonly string[] {
    return this.#slots.flatMap(({ environmentId }) => environmentId ?? []);
  }

  /** Starts the first environment ahead of the first invocation, unless there is one. Resolves when it is being started. */
  async warm(): Promise<void> {
    if (this.#closed) return;
    await (this.#slots.find((slot) => !slot.isEmpty) ?? this.#slots[0] ?? this.#addSlot())?.warm();
  }

  /** Invocations from now on run in new environments; those under way end in theirs. */
  restart(): void {
    for (const slot of this.#slots) slot.retire();
  }

  /**
   * New code or settings: invocations that are not under way run in new environments, with these; the others end in theirs.
   * @throws LambdaBootstrapsError ERR_SANDBOX_CLOSED
   */
  update(changes: Partial<Pick<SandboxOptions, 'config' | 'runtime' | 'concurrency'>>): void {
    if (this.#closed) throw fail('ERR_SANDBOX_CLOSED');
    checkCount('concurrency', changes.concurrency, 1);
    this.#options = { ...this.#options, ...changes };
    for (const slot of this.#slots.splice(0)) {
      this.#leaving.add(slot);
      slot.leave();
      if (slot.isEmpty) void this.#dismiss(slot);
    }
    this.#placeNext();
  }

  /** Ends every environment at once, also those that are being closed: extensions are told nothing. */
  kill(): void {
    for (const slot of this.#allSlots()) slot.kill();
  }

  /**
   * Ends every environment; invocations under way end as killed, and those that wait are refused. Extensions have the two
   * seconds of the shutdown phase.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    for (const ticket of this.#queue.splice(0)) ticket.reject(fail('ERR_SANDBOX_CLOSED'));
    await Promise.all(this.#allSlots().map((slot) => slot.close()));
  }

  /** Takes no more invocations; resolves when none runs or waits. Each ends by itself or at its deadline. */
  async drain(): Promise<void> {
    this.#closed = true;
    while (this.#queue.length > 0 || this.#allSlots().some((slot) => slot.isBusy)) {
      await new Promise<void>((resolve) => {
        this.#onceFree = resolve;
      });
    }
  }

  /** `ahead` is how many wait before it. */
  #place(ticket: Ticket, ahead: number): boolean {
    const slot = this.#slots.find((one) => one.hasRoom) ?? this.#newRoom(ahead);
    slot?.take(ticket);
    return slot !== undefined;
  }

  /** None where one that is about to be free will do: a caller that was answered may come back before REPORT is written. */
  #newRoom(ahead: number): EnvironmentSlot | undefined {
    let settling = 0;
    for (const slot of this.#slots) if (slot.isSettling) settling++;
    if (settling > ahead) return undefined;
    return this.#slots.find((one) => one.isEmpty) ?? this.#addSlot();
  }

  #allSlots(): readonly EnvironmentSlot[] {
    return [...this.#slots, ...this.#leaving];
  }

  #addSlot(): EnvironmentSlot | undefined {
    // A port that was asked for is free again only when the slot that has it is gone.
    const leaving = isFixed(this.#options.runtimeApi) ? this.#leaving.size : 0;
    if (this.#slots.length + leaving >= (this.#options.concurrency ?? 1)) return undefined;
    const slot: EnvironmentSlot = new EnvironmentSlot({
      host: this.#options.host,
      launcher: this.#options.launcher,
      config: this.config,
      runtime: this.#options.runtime,
      launchContext: {
        host: this.#options.host,
        config: this.config,
        findExecutable: this.#options.findExecutable ?? (() => Promise.resolve(undefined)),
        notice: this.#options.notice ?? (() => undefined),
      },
      listener: this.#listenerOfNextSlot(),
      emit: (event) => this.#emit(event),
      onFree: () => {
        if (this.#leaving.has(slot) && slot.isEmpty) void this.#dismiss(slot);
        this.#placeNext();
        this.#onceFree();
      },
    });
    this.#slots.push(slot);
    return slot;
  }

  async #dismiss(slot: EnvironmentSlot): Promise<void> {
    await slot.close();
    this.#leaving.delete(slot);
    this.#placeNext();
  }

  /** A port that was asked for can serve one environment; the others have free ones. */
  #listenerOfNextSlot(): RuntimeApiListener {
    const { runtimeApi } = this.#options;
    if (runtimeApi && (!isFixed(runtimeApi) || this.#allSlots().length === 0)) return runtimeApi;
    return { kind: 'own', address: '127.0.0.1', port: 0, source: 'the Runtime API' };
  }

  #placeNext(): void {
    for (let ticket = this.#queue[0]; ticket && this.#place(ticket, 0); ticket = this.#queue[0]) this.#queue.shift();
  }

  #emit(event: LifecycleEvent): void {
    const frozen = Object.freeze(event);
    for (const sink of this.#sinks) {
      try {
        sink(frozen);
      } catch (error) {
        // Outside of everything, as the errors of event listeners are: no invocation suffers for who looks on.
        void Promise.reject(error);
      }
    }
  }
}

/** @throws LambdaBootstrapsError ERR_INVALID_NUMBER */
function checkCount(name: 'concurrency' | 'queueLimit', value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw fail('ERR_INVALID_NUMBER', name, String(value), `a whole number of at least ${least}`);
}

/** Whether only one slot can have it. */
const isFixed = (listener: RuntimeApiListener | undefined): boolean =>
  listener !== undefined && !(listener.kind === 'own' && listener.port === 0);

/** A sandbox for one function. Nothing is started before the first invocation. */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new Sandbox(options);
}
