/**
 * One extension. Pure: `state × event → state + effects`. An external extension is started with the environment, an
 * internal one appears when it registers; both then ask for events until they are shut down.
 * Source: "Using the Lambda Extensions API to create extensions".
 */
export type ExtensionState =
  /** Its process runs, and has not registered. */
  | { readonly phase: 'started' }
  | { readonly phase: 'registered'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  /** Waits in event/next. */
  | { readonly phase: 'ready'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  /** Has an event and has not asked for the next one. */
  | { readonly phase: 'running'; readonly subscriptions: ReadonlySet<ExtensionSubscription> }
  /** Has its SHUTDOWN event, or gets it when it asks. */
  | { readonly phase: 'shutting-down' }
  | { readonly phase: 'failed'; readonly errorType: string }
  | { readonly phase: 'exited' };

export type ExtensionSubscription = 'INVOKE' | 'SHUTDOWN';

export type ExtensionEvent =
  | { readonly type: 'registered'; readonly subscriptions: readonly ExtensionSubscription[] }
  | { readonly type: 'asked-for-next' }
  | { readonly type: 'invoke' }
  | { readonly type: 'shutdown' }
  | { readonly type: 'error-posted'; readonly when: 'init' | 'exit'; readonly errorType: string }
  | { readonly type: 'exited' };

export type ExtensionEffect =
  /** The runtime is started when all external extensions have done this. */
  | { readonly type: 'report-registered' }
  /** The environment is initialized when all extensions and the runtime have done this. */
  | { readonly type: 'report-ready' }
  | { readonly type: 'came-back' }
  | { readonly type: 'send-invoke' }
  | { readonly type: 'send-shutdown' }
  /** It does not want to know that it ends. */
  | { readonly type: 'kill' }
  /** The environment must end, for an extension failed. */
  | { readonly type: 'fail-environment'; readonly errorType: string };

export type ExtensionStep =
  | { readonly state: ExtensionState; readonly effects: readonly ExtensionEffect[] }
  | { readonly rejected: true };

const rejected: ExtensionStep = { rejected: true };

export const startedExtension: ExtensionState = { phase: 'started' };

export function stepExtension(state: ExtensionState, event: ExtensionEvent): ExtensionStep {
  if (event.type === 'exited') return exited(state);
  switch (state.phase) {
    case 'started':
      return fromStarted(event);
    case 'registered':
      return fromRegistered(state, event);
    case 'ready':
      return fromReady(state, event);
    case 'running':
      return fromRunning(state, event);
    case 'shutting-down':
      return event.type === 'asked-for-next' ? { state, effects: [] } : rejected;
    default:
      return rejected;
  }
}

type Live = Extract<ExtensionState, { phase: 'registered' | 'ready' | 'running' }>;

function fromStarted(event: ExtensionEvent): ExtensionStep {
  switch (event.type) {
    case 'registered': {
      const subscriptions = new Set(event.subscriptions);
      return { state: { phase: 'registered', subscriptions }, effects: [{ type: 'report-registered' }] };
    }
    case 'shutdown':
      return { state: { phase: 'shutting-down' }, effects: [{ type: 'kill' }] };
    default:
      return rejected;
  }
}

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

const shutDown = (state: Live): ExtensionStep => ({
  state: { phase: 'shutting-down' },
  effects: [{ type: state.subscriptions.has('SHUTDOWN') ? 'send-shutdown' : 'kill' }],
});

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
