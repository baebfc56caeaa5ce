import type { FeedEvent } from './feed-event.ts';
import type { Init, Invocation, Restore } from './invocation.ts';

/** An execution environment, as far as the invocations in it need it. */
interface Environment {
  /** Those that its first invocation has, or will have. */
  inits: readonly Init[];
  restore: Restore | undefined;
  hasExtensions: boolean;
  /** In the order in which they started. */
  readonly running: Invocation[];
  /** Who had it last: what is written late belongs there. */
  last: Invocation | undefined;
  /** Who waits for it to be ready, as far as can be told. */
  awaitedBy: Invocation | undefined;
}

type InitEvent = Extract<
  FeedEvent,
  { type: 'extension-initialized' | 'runtime-initialized' | 'init-ended' | 'restore-started' | 'restore-ended' }
>;

/** Environments that have stopped and may still have a last word to say. */
const mostStopped = 32;

/**
 * Says which invocation an environment works for: whose its initialization is, and who writes. The feed names an
 * environment's invocations only once they start, so that until then the one that has waited longest is taken for it.
 */
export class Environments {
  readonly #byId = new Map<string, Environment>();
  readonly #waiting = new Set<Invocation>();
  readonly #stopped: string[] = [];

  received(invocation: Invocation): void {
    if (invocation.startedAt === undefined) this.#waiting.add(invocation);
  }

  starting(event: Extract<FeedEvent, { type: 'environment-starting' }>): void {
    const environment = this.#environment(event.environmentId);
    environment.inits = [...environment.inits, { phase: event.phase, startedAt: event.at, extensions: [] }];
    if (environment.running.length === 0) environment.awaitedBy ??= this.#longestWaiting(event.functionName);
    share(environment);
  }

  initialized(event: InitEvent): void {
    const environment = this.#environment(event.environmentId);
    note(environment, event);
    share(environment);
  }

  started(environmentId: string, invocation: Invocation): void {
    const environment = this.#environment(environmentId);
    this.#waiting.delete(invocation);
    if (environment.awaitedBy !== invocation) this.#change(environment, invocation);
    environment.awaitedBy = undefined;
    environment.running.push(invocation);
    environment.last = invocation;
    share(environment);
    invocation.hasExtensions = environment.hasExtensions;
  }

  completed(environmentId: string, invocation: Invocation): void {
    this.#waiting.delete(invocation);
    const environment = this.#byId.get(environmentId);
    if (environment === undefined) return;
    const index = environment.running.indexOf(invocation);
    if (index >= 0) environment.running.splice(index, 1);
    // From here on it is warm.
    if (environment.running.length === 0) Object.assign(environment, { inits: [], restore: undefined });
  }

  stopped(environmentId: string): void {
    const environment = this.#byId.get(environmentId);
    if (environment === undefined) return;
    // It waits for another one now.
    if (environment.awaitedBy) Object.assign(environment.awaitedBy, { inits: [], restore: undefined });
    environment.awaitedBy = undefined;
    this.#stopped.push(environmentId);
    if (this.#stopped.length > mostStopped) this.#byId.delete(this.#stopped.shift()!);
  }

  /** Whose the text is that the environment wrote, if anybody's. */
  writer(environmentId: string, text: string): Invocation | undefined {
    const environment = this.#byId.get(environmentId);
    if (environment === undefined) return undefined;
    const { running, last, awaitedBy } = environment;
    // With several at once in one environment only the text can tell, if it names the request.
    const named = running.length > 1 ? running.find(({ requestId }) => text.includes(requestId)) : undefined;
    return named ?? running.at(-1) ?? last ?? awaitedBy;
  }

  forget(invocation: Invocation): void {
    this.#waiting.delete(invocation);
  }

  #longestWaiting(functionName: string): Invocation | undefined {
    for (const invocation of this.#waiting) {
      if (invocation.functionName === functionName && invocation.inits.length === 0) return invocation;
    }
    return undefined;
  }

  /** Another one than was thought has the environment: they change places. */
  #change(environment: Environment, invocation: Invocation): void {
    const { awaitedBy } = environment;
    if (awaitedBy === undefined) {
      if (environment.last !== undefined) invocation.inits = [];
    } else {
      [awaitedBy.inits, invocation.inits] = [invocation.inits, awaitedBy.inits];
      [awaitedBy.restore, invocation.restore] = [invocation.restore, awaitedBy.restore];
      [awaitedBy.logs, invocation.logs] = [invocation.logs, awaitedBy.logs];
      awaitedBy.version++;
    }
    for (const other of this.#byId.values()) {
      if (other !== environment && other.awaitedBy === invocation) other.awaitedBy = awaitedBy;
    }
  }

  #environment(id: string): Environment {
    let environment = this.#byId.get(id);
    if (environment === undefined) {
      environment = {
        inits: [],
        restore: undefined,
        hasExtensions: false,
        running: [],
        last: undefined,
        awaitedBy: undefined,
      };
      this.#byId.set(id, environment);
    }
    return environment;
  }
}

function note(environment: Environment, event: InitEvent): void {
  const init = environment.inits.at(-1);
  switch (event.type) {
    case 'extension-initialized':
      environment.hasExtensions = true;
      init?.extensions.push({ name: event.name, at: event.at, state: event.state });
      return;
    case 'runtime-initialized':
      if (init) init.runtimeAt = event.at;
      return;
    case 'init-ended':
      if (init === undefined) return;
      init.endedAt = event.at;
      init.status = event.status;
      if (event.errorType !== undefined) init.errorType = event.errorType;
      return;
    case 'restore-started':
      environment.restore = { startedAt: event.at };
      return;
    case 'restore-ended':
      if (environment.restore) Object.assign(environment.restore, { endedAt: event.at, status: event.status });
  }
}

/** The initialization is shown with whom it is for. */
function share(environment: Environment): void {
  const { inits, restore, hasExtensions } = environment;
  const invocation = environment.running[0] ?? environment.awaitedBy;
  if (invocation === undefined || inits.length === 0) return;
  Object.assign(invocation, { inits, restore, hasExtensions });
  invocation.version++;
}
