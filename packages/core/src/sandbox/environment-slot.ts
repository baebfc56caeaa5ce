import { fail } from '../errors.ts';
import type { HttpHandler, HttpServer } from '../host.ts';
import { authorityHost } from '../protocol/authority.ts';
import { createRuntimeApi, type RuntimeApiOptions } from '../runtime-api/runtime-api.ts';
import type { Ticket } from './active-invocation.ts';
import { type EnvironmentOptions, ExecutionEnvironment } from './execution-environment.ts';
import type { StopReason } from './machines/environment.ts';

/** Where a slot's Runtime API is to be found. */
export type RuntimeApiListener = Pick<RuntimeApiOptions, 'allowPeer'> &
  (
    | {
        /** The slot opens a listener of its own when it starts its first environment. */
        readonly kind: 'own';
        readonly address: string;
        readonly port: number;
        readonly source: string;
        /** The host by which runtimes reach it, where that is not its address. */
        readonly advertisedHost?: string | undefined;
      }
    | {
        /** Another's listener answers Runtime API requests too; it is given the handler and says its `HOST:PORT`, or `HOST:PORT/PATH`. */
        readonly kind: 'shared';
        readonly serve: (handler: HttpHandler) => string;
      }
  );

export interface SlotOptions
  extends Pick<EnvironmentOptions, 'host' | 'launcher' | 'config' | 'runtime' | 'launchContext' | 'emit'> {
  readonly listener: RuntimeApiListener;
  /** The slot can take another invocation. */
  readonly onFree: () => void;
}

/** Room for one execution environment after another, behind one Runtime API address. */
export class EnvironmentSlot {
  readonly #options: SlotOptions;
  #server: HttpServer | undefined;
  #runtimeApi: string | undefined;
  #environment: ExecutionEnvironment | undefined;
  #opening = false;
  /** Resolves when the environment has been started, or could not be. */
  #started: Promise<void> | undefined;
  #leaves = false;
  #closing: (() => void) | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#environment === undefined && !this.#opening && !this.#closing;
  }

  get environmentId(): string | undefined {
    return this.#environment?.id;
  }

  get hasRoom(): boolean {
    return this.#environment?.hasRoom === true;
  }

  /** Whether it will have room in a moment. */
  get isSettling(): boolean {
    return this.#environment?.isSettling === true;
  }

  get isReady(): boolean {
    return this.#environment?.isReady === true;
  }

  get isBusy(): boolean {
    return this.#opening || this.#environment?.isBusy === true;
  }

  take(ticket: Ticket): void {
    if (this.#environment) this.#environment.assign(ticket);
    else this.#started = this.#start(ticket, 'own-phase');
  }

  /** Starts an environment ahead of its first invocation, unless there is one. Resolves when it is being started. */
  async warm(): Promise<void> {
    if (this.isEmpty) this.#started = this.#start(undefined, 'own-phase');
    await this.#started;
  }

  /** The next invocation finds a new environment. */
  retire(): void {
    this.#environment?.retire();
  }

  /** Retires this environment and any that takes its place to start anew: the slot will be empty. */
  leave(): void {
    this.#leaves = true;
    this.retire();
  }

  kill(): void {
    this.#environment?.kill();
  }

  async close(): Promise<void> {
    const environment = this.#environment;
    if (environment) {
      const gone = new Promise<void>((resolve) => {
        this.#closing = resolve;
      });
      environment.shutdown();
      await gone;
    }
    this.#closing ??= () => undefined;
    await this.#server?.close();
  }

  async #start(ticket: Ticket | undefined, init: EnvironmentOptions['init']): Promise<void> {
    this.#opening = true;
    try {
      this.#runtimeApi ??= await this.#open();
    } catch (error) {
      this.#opening = false;
      ticket?.reject(error);
      return this.#options.onFree();
    }
    this.#opening = false;
    if (this.#closing) {
      ticket?.reject(fail('ERR_SANDBOX_CLOSED'));
      return void this.#server?.close();
    }
    this.#environment = new ExecutionEnvironment({
      ...this.#options,
      runtimeApi: this.#runtimeApi,
      init,
      onIdle: this.#options.onFree,
      onGone: (reason, unanswered) => this.#onGone(reason, unanswered),
    });
    this.#environment.start(ticket);
    if (this.#leaves) this.retire();
  }

  #onGone(reason: StopReason, unanswered: readonly Ticket[]): void {
    this.#environment = undefined;
    if (this.#closing) {
      for (const ticket of unanswered) ticket.reject(fail('ERR_SANDBOX_CLOSED'));
      return this.#closing();
    }
    const [again] = unanswered;
    if (again && reason.kind === 'init-timeout') void this.#start(again, 'in-invocation');
    else this.#options.onFree();
  }

  async #open(): Promise<string> {
    const { listener, host, config } = this.#options;
    const { allowPeer } = listener;
    const handler = createRuntimeApi({ host, config, allowPeer, current: () => this.#environment });
    if (listener.kind === 'shared') return listener.serve(handler);
    this.#server = await host.http.listen(listener, handler);
    return `${listener.advertisedHost ?? authorityHost(this.#server.address)}:${this.#server.port}`;
  }
}
