/**
 * One extension. Pure: `state × event → state + effects`. An extension registers while the environment starts, then
 * asks for events until it is shut down. Source: "Using the Lambda Extensions API".
 */
export type ExtensionState =
  | { readonly phase: 'registered'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  /** Waits in event/next. */
  | { readonly phase: 'ready'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  /** Has an event and has not asked for the next one. */
  | { readonly phase: 'running'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  | { readonly phase: 'shutting-down' }
  | { readonly phase: 'failed'; readonly errorType: string }
  | { readonly phase: 'exited' };

export type ExtensionSubscription = 'INVOKE' | 'SHUTDOWN';

export type ExtensionEvent =
  | { readonly type: 'asked-for-next' }
  | { readonly type: 'invoke' }
  | { readonly type: 'shutdown' }
  | { readonly type: 'error-posted'; readonly when: 'init' | 'exit'; readonly errorType: string }
  | { readonly type: 'exited' };

export type ExtensionEffect =
  /** All extensions that have done this let the environment become ready. */
  | { readonly type: 'report-ready' }
  | { readonly type: 'came-back' }
  | { readonly type: 'send-invoke' }
  | { readonly type: 'send-shutdown' }
  /** The environment must end, for an extension failed. */
  | { readonly type: 'fail-environment'; readonly errorType: string };

export type ExtensionStep =
  | { readonly state: ExtensionState; readonly effects: readonly ExtensionEffect[] }
  | { readonly rejected: true };

const rejected: ExtensionStep = { rejected: true };

export const registeredExtension = (subscriptions: Iterable<ExtensionSubscription>): ExtensionState => ({
  phase: 'registered',
  subscriptions: new Set(subscriptions),
});

export function stepExtension(state: ExtensionState, event: ExtensionEvent): ExtensionStep {
  if (event.type === 'exited') return exited(state);
  switch (state.phase) {
    case 'registered':
      return fromRegistered(state, event);
    case 'ready':
      return fromReady(state, event);
    case 'running':
      return fromRunning(state, event);
    default:
      return rejected;
  }
}

type Live = Extract<ExtensionState, { phase: 'registered' | 'ready' | 'running' }>;

function fromRegistered(state: Live, event: ExtensionEvent): ExtensionStep {
  switch (event.type) {
    case 'asked-for-next':
      return { state: { ...state, phase: 'ready' }, effects: [{ type: 'report-ready' }] };
    case 'error-posted':
      return failed(event.errorType);
    case 'shutdown':
      return shutDown(state);
    default:
      return rejected;
  }
}

function fromReady(state: Live, event: ExtensionEvent): ExtensionStep {
  switch (event.type) {
    case 'asked-for-next':
      return { state, effects: [] };
    case 'invoke':
      if (!state.subscriptions.has('INVOKE')) return { state, effects: [] };
      return { state: { ...state, phase: 'running' }, effects: [{ type: 'send-invoke' }] };
    case 'shutdown':
      return shutDown(state);
    case 'error-posted':
      return event.when === 'exit' ? failed(event.errorType) : rejected;
    default:
      return rejected;
  }
}

function fromRunning(state: Live, event: ExtensionEvent): ExtensionStep {
  switch (event.type) {
    case 'asked-for-next':
      return { state: { ...state, phase: 'ready' }, effects: [{ type: 'came-back' }] };
    case 'shutdown':
      return shutDown(state);
    case 'error-posted':
      return event.when === 'exit' ? failed(event.errorType) : rejected;
    default:
      return rejected;
  }
}

function shutDown(state: Live): ExtensionStep {
  const effects: readonly ExtensionEffect[] = state.subscriptions.has('SHUTDOWN') ? [{ type: 'send-shutdown' }] : [];
  return { state: { phase: 'shutting-down' }, effects };
}

const failed = (errorType: string): ExtensionStep => ({
  state: { phase: 'failed', errorType },
  effects: [{ type: 'fail-environment', errorType }],
});

/** An extension that ends on its own takes the environment with it; after SHUTDOWN that is what it should do. */
function exited(state: ExtensionState): ExtensionStep {
  const expected = state.phase === 'shutting-down' || state.phase === 'failed' || state.phase === 'exited';
  return {
    state: { phase: 'exited' },
    effects: expected ? [] : [{ type: 'fail-environment', errorType: 'Extension.Crash' }],
  };
}
