import type { LaunchedRuntime, ProcessExit } from '../launcher.ts';
import {
  type ExtensionEffect,
  type ExtensionEvent,
  type ExtensionState,
  type ExtensionSubscription,
  startedExtension,
  stepExtension,
} from '../sandbox/machines/extension.ts';
import type { EventPoll, ExtensionApiEvent } from './extension-port.ts';

/** Carries the machine's state of one extension, its process if it has one, and the event that it waits for. */
export class Extension {
  readonly identifier: string;
  readonly name: string;
  readonly isExternal: boolean;
  readonly #onEffect: (extension: Extension, effect: ExtensionEffect) => void;
  #state: ExtensionState = startedExtension;
  #poll: EventPoll | undefined;
  #undelivered: ExtensionApiEvent | undefined;
  events: readonly ExtensionSubscription[] = [];
  process: LaunchedRuntime | undefined;
  exit: ProcessExit | undefined;

  constructor(options: {
    identifier: string;
    name: string;
    isExternal: boolean;
    onEffect: (extension: Extension, effect: ExtensionEffect) => void;
  }) {
    this.identifier = options.identifier;
    this.name = options.name;
    this.isExternal = options.isExternal;
    this.#onEffect = options.onEffect;
  }

  get phase(): ExtensionState['phase'] {
    return this.#state.phase;
  }

  /** Its process is there, and has not ended. */
  get isAlive(): boolean {
    return this.process !== undefined && this.exit === undefined;
  }

  /** Whether the event was allowed in the present state. */
  step(event: ExtensionEvent): boolean {
    const step = stepExtension(this.#state, event);
    if ('rejected' in step) return false;
    this.#state = step.state;
    for (const effect of step.effects) this.#onEffect(this, effect);
    return true;
  }

  /** Whoever asks last is answered; an event that nobody was there for is handed over now. */
  wait(poll: EventPoll): void {
    this.#poll?.cancel();
    this.#poll = poll;
    const event = this.#undelivered;
    this.#undelivered = undefined;
    if (event) this.deliver(event);
  }

  withdraw(poll: EventPoll): void {
    if (this.#poll === poll) this.#poll = undefined;
  }

  deliver(event: ExtensionApiEvent): void {
    const poll = this.#poll;
    this.#poll = undefined;
    if (poll) poll.deliver(event);
    else this.#undelivered = event;
  }

  /** Ends its process at once, and its waiting. */
  kill(): void {
    this.process?.kill();
    this.#poll?.cancel();
    this.#poll = undefined;
  }
}
