/**
 * One invocation inside an environment. Pure: `state × event → state + effects`.
 * It is `responding` from the reply's first byte, `replied` when the reply is whole, and `completed` when everybody
 * who takes part (the runtime, each extension) has come back for the next event, or the environment has ended.
 */
export type InvocationState =
  | { readonly phase: 'assigned' }
  | { readonly phase: 'running'; readonly awaiting: ReadonlySet<Participant> }
  | { readonly phase: 'responding'; readonly awaiting: ReadonlySet<Participant> }
  | { readonly phase: 'replied'; readonly awaiting: ReadonlySet<Participant>; readonly reply: Reply }
  | { readonly phase: 'completed' };

/** `runtime`, or an extension's identifier. */
export type Participant = string;

export type Reply =
  | { readonly kind: 'success'; readonly payload: Uint8Array }
  | { readonly kind: 'function-error'; readonly errorType: string; readonly payload: Uint8Array };

export type InvocationEvent =
  /** The runtime has taken it; `participants` are those who must come back before it is over. */
  | { readonly type: 'delivered'; readonly participants: readonly Participant[] }
  | { readonly type: 'response-begun' }
  | { readonly type: 'replied'; readonly reply: Reply }
  | { readonly type: 'came-back'; readonly participant: Participant }
  | { readonly type: 'environment-ended' }
  /** Its time is over, and the environment goes on: others run there. */
  | { readonly type: 'timed-out' };

export type InvocationEffect =
  | { readonly type: 'emit-started' }
  | { readonly type: 'emit-responding' }
  | { readonly type: 'emit-replied' }
  /** The runtime is back after its reply, or will not come back. `others` are still at work. */
  | { readonly type: 'runtime-done'; readonly reply: Reply | undefined; readonly others: boolean }
  /** `reply` is what the caller gets; without one the timeout or the environment's end decides. */
  | { readonly type: 'complete'; readonly reply: Reply | undefined };

export type InvocationStep =
  | { readonly state: InvocationState; readonly effects: readonly InvocationEffect[] }
  /** The event is not allowed in this state: the Runtime API answers 403 InvalidStateTransition. */
  | { readonly rejected: true };

export const assignedInvocation: InvocationState = { phase: 'assigned' };

const rejected: InvocationStep = { rejected: true };

export function stepInvocation(state: InvocationState, event: InvocationEvent): InvocationStep {
  if (event.type === 'environment-ended' || event.type === 'timed-out') return ended(state);
  switch (state.phase) {
    case 'assigned':
      return event.type === 'delivered' ? delivered(event.participants) : rejected;
    case 'running':
      return fromRunning(state, event);
    case 'responding':
      return event.type === 'replied' ? replied(state.awaiting, event.reply, []) : ignoreOrReject(state, event);
    case 'replied':
      return event.type === 'came-back' ? cameBack(state, event.participant) : rejected;
    case 'completed':
      return rejected;
  }
}

function delivered(participants: readonly Participant[]): InvocationStep {
  return { state: { phase: 'running', awaiting: new Set(participants) }, effects: [{ type: 'emit-started' }] };
}

function fromRunning(state: Extract<InvocationState, { phase: 'running' }>, event: InvocationEvent): InvocationStep {
  switch (event.type) {
    case 'response-begun':
      return { state: { phase: 'responding', awaiting: state.awaiting }, effects: [{ type: 'emit-responding' }] };
    case 'replied':
      return replied(state.awaiting, event.reply, [{ type: 'emit-responding' }]);
    default:
      return ignoreOrReject(state, event);
  }
}

function replied(
  awaiting: ReadonlySet<Participant>,
  reply: Reply,
  before: readonly InvocationEffect[],
): InvocationStep {
  const effects: InvocationEffect[] = [...before, { type: 'emit-replied' }];
  if (!awaiting.has(runtimeParticipant)) effects.push({ type: 'runtime-done', reply, others: awaiting.size > 0 });
  if (awaiting.size > 0) return { state: { phase: 'replied', awaiting, reply }, effects };
  return { state: { phase: 'completed' }, effects: [...effects, { type: 'complete', reply }] };
}

function cameBack(state: Extract<InvocationState, { phase: 'replied' }>, participant: Participant): InvocationStep {
  const { reply } = state;
  const awaiting = without(state.awaiting, participant);
  const others = awaiting.size > 0;
  const isRuntime = participant === runtimeParticipant && state.awaiting.has(participant);
  const effects: InvocationEffect[] = isRuntime ? [{ type: 'runtime-done', reply, others }] : [];
  if (others) return { state: { ...state, awaiting }, effects };
  return { state: { phase: 'completed' }, effects: [...effects, { type: 'complete', reply }] };
}

/**
 * An extension may come back before the runtime has answered. The runtime is not back before its reply, whatever it asks
 * for in between: it is asked about again then.
 */
function ignoreOrReject(
  state: Extract<InvocationState, { phase: 'running' | 'responding' }>,
  event: InvocationEvent,
): InvocationStep {
  if (event.type !== 'came-back') return rejected;
  if (event.participant === runtimeParticipant) return { state, effects: [] };
  return { state: { ...state, awaiting: without(state.awaiting, event.participant) }, effects: [] };
}

/**
 * A failure of the runtime after its reply and before its return still reaches the caller: a success does not stand. A
 * function error does, for a client reports an uncaught error first and exits then. What comes after the runtime's
 * return is no matter of the caller.
 */
function ended(state: InvocationState): InvocationStep {
  if (state.phase === 'completed') return { state, effects: [] };
  if (state.phase === 'replied' && !state.awaiting.has(runtimeParticipant)) {
    return { state: { phase: 'completed' }, effects: [{ type: 'complete', reply: state.reply }] };
  }
  const start: InvocationEffect[] = state.phase === 'assigned' ? [{ type: 'emit-started' }] : [];
  const reply = state.phase === 'replied' && state.reply.kind === 'function-error' ? state.reply : undefined;
  const end: InvocationEffect[] = [
    { type: 'runtime-done', reply, others: false },
    { type: 'complete', reply },
  ];
  return { state: { phase: 'completed' }, effects: [...start, ...end] };
}

export const runtimeParticipant: Participant = 'runtime';

function without(set: ReadonlySet<Participant>, gone: Participant): ReadonlySet<Participant> {
  const rest = new Set(set);
  rest.delete(gone);
  return rest;
}
