import type { ProcessExit } from '../../launcher.ts';

/**
 * One execution environment, from launch to end. Pure: `state × event → state + effects`.
 * What happens to the invocations in it is told by `fail-invocations`; they have a machine of their own.
 */
export type EnvironmentState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'stopping'; readonly reason: StopReason }
  | { readonly phase: 'stopped'; readonly reason: StopReason };

export type StopReason =
  | { readonly kind: 'exit'; readonly exit: ProcessExit }
  | { readonly kind: 'launch-failed'; readonly message: string }
  | { readonly kind: 'init-error'; readonly errorType: string; readonly payload: Uint8Array }
  /** The runtime did not ask for work in time; it is started once more inside the first invocation. */
  | { readonly kind: 'init-timeout' }
  | { readonly kind: 'timeout' }
  /** `message` in the words of the service. */
  | { readonly kind: 'extension-failed'; readonly errorType: string; readonly message: string }
  /** Asked from outside: the program ends, or the function's files changed. */
  | { readonly kind: 'shutdown' };

export type EnvironmentEvent =
  /** The runtime and every extension have asked for their first event. */
  | { readonly type: 'initialized' }
  | { readonly type: 'init-error-posted'; readonly errorType: string; readonly payload: Uint8Array }
  | { readonly type: 'launch-failed'; readonly message: string }
  | { readonly type: 'init-timed-out' }
  | { readonly type: 'invocation-timed-out' }
  | { readonly type: 'exited'; readonly exit: ProcessExit }
  | { readonly type: 'extension-failed'; readonly errorType: string; readonly message: string }
  /** A runtime that reported its failed initialization, or was asked to end, is still there. */
  | { readonly type: 'exit-overdue' }
  /** The kill was sent long ago and no exit was seen. */
  | { readonly type: 'kill-unanswered' }
  /** `politely`: the runtime is asked to end, and has a moment for it. */
  | { readonly type: 'shutdown-requested'; readonly politely: boolean };

export type EnvironmentEffect =
  | { readonly type: 'report-init' }
  /** Gives the runtime a moment to write its last words and exit by itself. */
  | { readonly type: 'await-exit' }
  /** Asks the runtime to end, and gives it a moment. */
  | { readonly type: 'terminate' }
  | { readonly type: 'kill' }
  | { readonly type: 'release'; readonly reason: StopReason };

export interface EnvironmentStep {
  readonly state: EnvironmentState;
  readonly effects: readonly EnvironmentEffect[];
}

export const startingEnvironment: EnvironmentState = { phase: 'starting' };

const none: readonly EnvironmentEffect[] = [];

export function stepEnvironment(state: EnvironmentState, event: EnvironmentEvent): EnvironmentStep {
  switch (state.phase) {
    case 'starting':
      return fromStarting(state, event);
    case 'ready':
      return fromReady(state, event);
    case 'stopping':
      return fromStopping(state, event);
    case 'stopped':
      return { state, effects: none };
  }
}

function fromStarting(state: EnvironmentState, event: EnvironmentEvent): EnvironmentStep {
  switch (event.type) {
    case 'initialized':
      return { state: { phase: 'ready' }, effects: [{ type: 'report-init' }] };
    case 'init-error-posted':
      return {
        state: {
          phase: 'stopping',
          reason: { kind: 'init-error', errorType: event.errorType, payload: event.payload },
        },
        effects: [{ type: 'await-exit' }],
      };
    case 'init-timed-out':
      return stopping({ kind: 'init-timeout' });
    case 'launch-failed':
      return stopped({ kind: 'launch-failed', message: event.message });
    default:
      return fromReady(state, event);
  }
}

function fromReady(state: EnvironmentState, event: EnvironmentEvent): EnvironmentStep {
  switch (event.type) {
    case 'invocation-timed-out':
      return stopping({ kind: 'timeout' });
    case 'exited':
      return stopped({ kind: 'exit', exit: event.exit });
    case 'extension-failed':
      return stopping({ kind: 'extension-failed', errorType: event.errorType, message: event.message });
    case 'shutdown-requested':
      return stopping({ kind: 'shutdown' }, event.politely ? 'terminate' : 'kill');
    default:
      return { state, effects: none };
  }
}

/** The first reason stands: a process that ends because we killed it did not "exit". */
function fromStopping(
  state: Extract<EnvironmentState, { phase: 'stopping' }>,
  event: EnvironmentEvent,
): EnvironmentStep {
  if (event.type === 'exited' || event.type === 'kill-unanswered' || event.type === 'launch-failed') {
    return stopped(state.reason);
  }
  if (event.type === 'exit-overdue') return { state, effects: [{ type: 'kill' }] };
  return { state, effects: none };
}

const stopping = (reason: StopReason, by: 'kill' | 'terminate' = 'kill'): EnvironmentStep => ({
  state: { phase: 'stopping', reason },
  effects: [{ type: by }],
});

/** Also after an exit seen by itself, what the process left behind is killed: an environment ends whole. */
const stopped = (reason: StopReason): EnvironmentStep => ({
  state: { phase: 'stopped', reason },
  effects:
    reason.kind === 'launch-failed' ? [{ type: 'release', reason }] : [{ type: 'kill' }, { type: 'release', reason }],
});
