import type { FunctionConfig } from '../function/function-config.ts';
import type { Host } from '../host.ts';
import { type Launcher, LaunchFailure, type ProcessExit } from '../launcher.ts';
import type { ExtensionStateName, LifecycleSink } from '../lifecycle.ts';
import { limits } from '../protocol/limits.ts';
import { exitStatus } from '../sandbox/exit-words.ts';
import type { ExtensionEffect, ExtensionState, ExtensionSubscription } from '../sandbox/machines/extension.ts';
import type { Delivery } from '../sandbox/runtime-port.ts';
import { extensionErrorTypes } from './error-types.ts';
import { Extension } from './extension.ts';
import { extensionEnvironment } from './extension-environment.ts';
import type { EventPoll, ExtensionPort, ExtensionRejection, ShutdownReason, Subscription } from './extension-port.ts';
import { type ExtensionFile, findExtensions } from './find-extensions.ts';
import { nameSandbox } from './sandbox-domain.ts';

export interface ExtensionGroupOptions {
  readonly host: Host;
  readonly launcher: Launcher;
  readonly config: FunctionConfig;
  /** `HOST:PORT` of the Runtime API, which is the Extensions API too. */
  readonly runtimeApi: string;
  readonly environmentId: string;
  readonly emit: LifecycleSink;
  readonly notice: (sentence: string) => void;
  /** Subscribes a sink to the environment's events. The returned function ends it. */
  readonly listen: (sink: LifecycleSink) => () => void;
  /** An extension has become ready: perhaps it was the last. */
  readonly onReady: () => void;
  /** An extension is done with its INVOKE event. */
  readonly onBack: (identifier: string) => void;
  /** The environment must end. `message` in the service's words. */
  readonly onFailed: (errorType: string, message: string) => void;
}

/** The extensions of one execution environment: starts, steps and ends them. */
export class ExtensionGroup implements ExtensionPort {
  readonly #options: ExtensionGroupOptions;
  readonly #extensions: Extension[] = [];
  readonly #subscriptions: Subscription[] = [];
  readonly #listening: (() => void)[] = [];
  /** Internal extensions may register until the environment is initialized. */
  #isOpen = true;
  #hasFailed = false;
  #shutdownReason: ShutdownReason = 'spindown';
  #shutdownDeadlineMs = 0;
  #onRegistered: () => void = () => undefined;
  #onExit: () => void = () => undefined;

  constructor(options: ExtensionGroupOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#extensions.length === 0;
  }

  get hasExternal(): boolean {
    return this.#extensions.some(({ isExternal }) => isExternal);
  }

  get isReady(): boolean {
    return this.#extensions.every(({ phase }) => phase !== 'started' && phase !== 'registered');
  }

  get takesSubscriptions(): boolean {
    return this.#isOpen;
  }

  /**
   * Starts the external extensions; resolves when each of them has registered, which the runtime's start waits for
   * ("Lambda execution environment lifecycle"), or one has failed, which is told by `onFailed`.
   */
  async launch(): Promise<void> {
    const { host, config } = this.#options;
    const files = await findExtensions(host.files, config);
    if (files.length === 0) return;
    await nameSandbox(host, this.#options.notice);
    for (const file of files.slice(0, limits.extensions)) await this.#launchOne(file);
    for (const { name } of files.slice(limits.extensions))
      this.#tellInitialized(name, 'LaunchError', 'TooManyExtensions');
    if (files.length > limits.extensions) {
      this.#fail(
        extensionErrorTypes.launchError,
        `${files.length} extensions, of which at most ${limits.extensions} can be started`,
      );
    }
    await new Promise<void>((resolve) => {
      this.#onRegistered = () => {
        if (this.#hasFailed || this.#extensions.every(({ phase }) => phase !== 'started')) resolve();
      };
      this.#onRegistered();
    });
  }

  #fail(errorType: string, message: string): void {
    this.#hasFailed = true;
    this.#options.onFailed(errorType, message);
    this.#onRegistered();
  }

  async #launchOne({ name, path }: ExtensionFile): Promise<void> {
    const { config, runtimeApi, launcher, emit, host, environmentId } = this.#options;
    const extension = this.#add(name, true);
    const order = {
      command: [path],
      workingDirectory: '/',
      environment: extensionEnvironment(config, runtimeApi),
      frames: false,
      telemetryLog: false,
    };
    try {
      extension.process = await launcher.launch(order, {
        onOutput: (stream, bytes) =>
          emit({ type: 'log', environmentId, at: host.clock.now(), stream, bytes, extension: name }),
        onTelemetryLog: () => undefined,
        onFrames: () => undefined,
        onExit: (exit) => this.#exited(extension, exit),
      });
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      this.#tellInitialized(name, 'LaunchError', 'UnknownError');
      extension.step({ type: 'shutdown' });
      this.#fail(extensionErrorTypes.launchError, error.message);
    }
  }

  #add(name: string, isExternal: boolean): Extension {
    const identifier = this.#options.host.randomId();
    const onEffect = (extension: Extension, effect: ExtensionEffect) => this.#act(extension, effect);
    const extension = new Extension({ identifier, name, isExternal, onEffect });
    this.#extensions.push(extension);
    return extension;
  }

  // What the Extensions API asks.

  register(name: string, events: readonly ExtensionSubscription[]): string | ExtensionRejection {
    const known = this.#extensions.find((extension) => extension.name === name);
    const flaw = this.#flawOf(known, events);
    if (flaw) return flaw;
    const extension = known ?? this.#add(name, false);
    extension.events = [...new Set(events)];
    if (!extension.step({ type: 'registered', subscriptions: events }))
      return transitionFailed(extension, 'Registered');
    return extension.identifier;
  }

  #flawOf(known: Extension | undefined, events: readonly ExtensionSubscription[]): ExtensionRejection | undefined {
    if (this.#options.config.maxConcurrency > 1 && events.includes('INVOKE')) {
      return rejection('invalidEventType', 'INVOKE: several invocations run at once in this environment');
    }
    if (known?.isExternal) return undefined;
    if (events.includes('SHUTDOWN')) {
      return rejection('invalidEventType', 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension');
    }
    if (known) return rejection('invalidState', 'Extension with this name already registered');
    if (!this.#isOpen) return rejection('registrationClosed', 'Extension registration closed already');
    if (this.#extensions.length < limits.extensions) return undefined;
    return rejection('tooMany', `Extension limit (${limits.extensions}) reached`);
  }

  next(identifier: string, poll: EventPoll): ExtensionRejection | undefined {
    const extension = this.#find(identifier);
    if (!extension) return unknown(identifier);
    if (!extension.step({ type: 'asked-for-next' })) return transitionFailed(extension, 'Ready');
    extension.wait(poll);
    return undefined;
  }

  withdraw(identifier: string, poll: EventPoll): void {
    this.#find(identifier)?.withdraw(poll);
  }

  fail(identifier: string, when: 'init' | 'exit', errorType: string): ExtensionRejection | undefined {
    const extension = this.#find(identifier);
    if (!extension) return unknown(identifier);
    const fallback = when === 'init' ? extensionErrorTypes.initError : extensionErrorTypes.exitError;
    const named = /^Extension\.[A-Z][A-Za-z]+/.test(errorType) ? errorType : fallback;
    const isInitialized = extension.phase !== 'registered';
    if (!extension.step({ type: 'error-posted', when, errorType: named })) {
      return transitionFailed(extension, when === 'init' ? 'InitError' : 'ExitError');
    }
    if (!isInitialized) this.#tellInitialized(extension.name, when === 'init' ? 'InitError' : 'ExitError', named);
    return undefined;
  }

  nameOf(identifier: string): string | undefined {
    return this.#find(identifier)?.name;
  }

  subscribe(subscription: Subscription): void {
    const { emit, host, environmentId, listen } = this.#options;
    const { name, api, types } = subscription;
    this.#subscriptions.push(subscription);
    this.#listening.push(listen(subscription.sink));
    emit({ type: 'telemetry-subscribed', environmentId, at: host.clock.now(), name, api, types });
  }

  subscribedBy(name: string): Subscription['api'] | undefined {
    return this.#subscriptions.find((subscription) => subscription.name === name)?.api;
  }

  #find(identifier: string): Extension | undefined {
    return this.#extensions.find((extension) => extension.identifier === identifier);
  }

  // What the environment tells.

  /** The environment is initialized: nobody registers or subscribes any more. */
  closeRegistration(): void {
    this.#isOpen = false;
  }

  /** Tells the subscribed ones of an invocation; gives the identifiers of those who take part in it. */
  invoke({ invocation, deadlineMs }: Delivery): readonly string[] {
    const { requestId, invokedFunctionArn, traceId } = invocation;
    const tracing = { type: 'X-Amzn-Trace-Id', value: traceId } as const;
    const participants: string[] = [];
    for (const extension of this.#extensions) {
      if (!extension.step({ type: 'invoke' }) || extension.phase !== 'running') continue;
      extension.deliver({ eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn, tracing });
      participants.push(extension.identifier);
    }
    return participants;
  }

  /**
   * Tells them that the environment ends, and why. Resolves when the processes are gone, which are killed when the time
   * is over. The telemetry that was held back is sent before.
   */
  async shutdown(reason: ShutdownReason, budgetMs: number): Promise<void> {
    this.#isOpen = false;
    if (this.isEmpty) return;
    const { clock } = this.#options.host;
    this.#shutdownReason = reason;
    this.#shutdownDeadlineMs = Math.round(clock.now() + budgetMs);
    const timer = clock.timer(budgetMs, () => this.kill());
    // Who hears of the end may end at once: what its telemetry still has for it comes first.
    if (this.#subscriptions.length > 0) await Promise.all(this.#subscriptions.map((one) => one.flush()));
    for (const extension of this.#extensions) extension.step({ type: 'shutdown' });
    for (const { phase, process } of this.#extensions) if (phase === 'failed') process?.kill();
    await new Promise<void>((resolve) => {
      this.#onExit = () => {
        if (!this.#extensions.some(({ isAlive }) => isAlive)) resolve();
      };
      this.#onExit();
    });
    timer.cancel();
    // Those that ended by themselves too: what they left behind ends with the environment.
    this.kill();
    for (const subscription of this.#subscriptions) subscription.close();
    for (const stop of this.#listening) stop();
  }

  /** Ends their processes at once. */
  kill(): void {
    for (const extension of this.#extensions) extension.kill();
  }

  /** Resolves once everything that they had written before was handed on. */
  async drain(): Promise<void> {
    await Promise.all(this.#extensions.map(({ isAlive, process }) => (isAlive ? process?.drain() : undefined)));
  }

  /** Largest memory that they have used so far, in bytes; 0 where it cannot be told. */
  async peakMemoryBytes(): Promise<number> {
    const peaks = await Promise.all(this.#extensions.map(({ process }) => process?.peakMemoryBytes()));
    return peaks.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  }

  // Effects.

  #act(extension: Extension, effect: ExtensionEffect): void {
    switch (effect.type) {
      case 'report-registered':
        return this.#onRegistered();
      case 'report-ready':
        this.#tellInitialized(extension.name, 'Ready', undefined);
        return this.#options.onReady();
      case 'came-back':
        return this.#options.onBack(extension.identifier);
      case 'send-invoke':
        return undefined;
      case 'send-shutdown':
        return extension.deliver({
          eventType: 'SHUTDOWN',
          deadlineMs: this.#shutdownDeadlineMs,
          shutdownReason: this.#shutdownReason,
        });
      case 'kill':
        return extension.kill();
      case 'fail-environment': {
        const { exit, name } = extension;
        const message = exit ? exitStatus(exit) : `extension ${name} reported ${effect.errorType}`;
        return this.#fail(effect.errorType, message);
      }
    }
  }

  #exited(extension: Extension, exit: ProcessExit): void {
    extension.exit = exit;
    if (extension.phase === 'started' || extension.phase === 'registered') {
      this.#tellInitialized(extension.name, 'Exited', extensionErrorTypes.crash);
    }
    extension.step({ type: 'exited' });
    this.#onRegistered();
    this.#onExit();
  }

  #tellInitialized(name: string, state: ExtensionStateName, errorType: string | undefined): void {
    const { emit, host, environmentId } = this.#options;
    const events = this.#extensions.find((extension) => extension.name === name)?.events ?? [];
    emit({ type: 'extension-initialized', environmentId, at: host.clock.now(), name, state, events, errorType });
  }
}

const rejection = (type: keyof typeof extensionErrorTypes, errorMessage: string): ExtensionRejection => ({
  errorType: extensionErrorTypes[type],
  errorMessage,
});

const unknown = (identifier: string): ExtensionRejection =>
  rejection('unknownIdentifier', `Unknown extension ${identifier}`);

/** The names of the phases in the service's own messages. */
const stateNames: Readonly<Record<ExtensionState['phase'], string>> = {
  started: 'Started',
  registered: 'Registered',
  ready: 'Ready',
  running: 'Running',
  'shutting-down': 'Running',
  failed: 'ExitError',
  exited: 'Exited',
};

const transitionFailed = ({ phase, identifier }: Extension, to: string): ExtensionRejection =>
  rejection(
    'invalidState',
    `State transition from ${stateNames[phase]} to ${to} failed for extension ${identifier}. Error: State transition is not allowed`,
  );
