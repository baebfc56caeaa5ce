import t, { type Test } from 'tap';
import { type EnvironmentEvent, type EnvironmentState, startingEnvironment, stepEnvironment } from './environment.ts';
import { type ExtensionEvent, type ExtensionState, startedExtension, stepExtension } from './extension.ts';
import {
  assignedInvocation,
  type InvocationEvent,
  type InvocationState,
  type Participant,
  type Reply,
  runtimeParticipant,
  stepInvocation,
} from './invocation.ts';

const payload = new Uint8Array([123, 125]);
const success: Reply = { kind: 'success', payload };
const functionError: Reply = { kind: 'function-error', errorType: 'TypeError', payload };

interface Step {
  readonly state: { readonly phase: string };
  readonly effects: readonly { readonly type: string }[];
}

/** What a table says of a step: the next phase, then the effects in order; or `rejected`. */
const words = (step: Step | { readonly rejected: true }): string =>
  'rejected' in step ? 'rejected' : [step.state.phase, ...step.effects.map(({ type }) => type)].join(' ');

/** Every state × every event must be in the table, and nothing else. */
function checkTable<State, Event>(
  t: Test,
  step: (state: State, event: Event) => Step | { readonly rejected: true },
  states: Readonly<Record<string, State>>,
  events: Readonly<Record<string, Event>>,
  table: Readonly<Record<string, Readonly<Record<string, string>>>>,
): void {
  t.strictSame(Object.keys(table).sort(), Object.keys(states).sort(), 'the table has every state');
  for (const [stateName, state] of Object.entries(states)) {
    const row = table[stateName] ?? {};
    t.strictSame(Object.keys(row).sort(), Object.keys(events).sort(), `${stateName}: the table has every event`);
    for (const [eventName, event] of Object.entries(events)) {
      t.equal(words(step(state, event)), row[eventName], `${stateName} × ${eventName}`);
    }
  }
}

t.test('the environment', async (t) => {
  const exit = { code: 42, signal: null };
  const states = {
    starting: startingEnvironment,
    ready: { phase: 'ready' },
    stopping: { phase: 'stopping', reason: { kind: 'timeout' } },
    stopped: { phase: 'stopped', reason: { kind: 'timeout' } },
  } satisfies Record<EnvironmentState['phase'], EnvironmentState>;
  const events = {
    initialized: { type: 'initialized' },
    'init-error-posted': { type: 'init-error-posted', errorType: 'E', payload },
    'launch-failed': { type: 'launch-failed', message: 'no such file' },
    'init-timed-out': { type: 'init-timed-out' },
    'invocation-timed-out': { type: 'invocation-timed-out' },
    exited: { type: 'exited', exit },
    'extension-failed': { type: 'extension-failed', errorType: 'Extension.Crash', message: 'exit status 1' },
    'exit-overdue': { type: 'exit-overdue' },
    'kill-unanswered': { type: 'kill-unanswered' },
    'shutdown-requested': { type: 'shutdown-requested', politely: false },
    'shutdown-requested, politely': { type: 'shutdown-requested', politely: true },
  } satisfies Record<string, EnvironmentEvent>;

  checkTable(t, stepEnvironment, states, events, {
    starting: {
      initialized: 'ready report-init',
      'init-error-posted': 'stopping await-exit',
      'launch-failed': 'stopped release',
      'init-timed-out': 'stopping kill',
      // The second start runs on the function's time.
      'invocation-timed-out': 'stopping kill',
      exited: 'stopped kill release',
      'exit-overdue': 'starting',
      'kill-unanswered': 'starting',
      'shutdown-requested': 'stopping kill',
      'shutdown-requested, politely': 'stopping terminate',
      'extension-failed': 'stopping kill',
    },
    ready: {
      initialized: 'ready',
      'init-error-posted': 'ready',
      'launch-failed': 'ready',
      'init-timed-out': 'ready',
      'invocation-timed-out': 'stopping kill',
      exited: 'stopped kill release',
      'exit-overdue': 'ready',
      'kill-unanswered': 'ready',
      'shutdown-requested': 'stopping kill',
      'shutdown-requested, politely': 'stopping terminate',
      'extension-failed': 'stopping kill',
    },
    stopping: {
      initialized: 'stopping',
      'init-error-posted': 'stopping',
      'launch-failed': 'stopped kill release',
      'init-timed-out': 'stopping',
      'invocation-timed-out': 'stopping',
      exited: 'stopped kill release',
      'exit-overdue': 'stopping kill',
      'kill-unanswered': 'stopped kill release',
      'shutdown-requested': 'stopping',
      'shutdown-requested, politely': 'stopping',
      'extension-failed': 'stopping',
    },
    stopped: {
      initialized: 'stopped',
      'init-error-posted': 'stopped',
      'launch-failed': 'stopped',
      'init-timed-out': 'stopped',
      'invocation-timed-out': 'stopped',
      exited: 'stopped',
      'exit-overdue': 'stopped',
      'kill-unanswered': 'stopped',
      'shutdown-requested': 'stopped',
      'shutdown-requested, politely': 'stopped',
      'extension-failed': 'stopped',
    },
  });

  /** The reason for which an environment ended after these events. */
  const reasonAfter = (...given: readonly EnvironmentEvent[]): unknown => {
    const end = given.reduce<EnvironmentState>((state, event) => stepEnvironment(state, event).state, states.starting);
    return 'reason' in end ? end.reason : undefined;
  };

  t.test('tells why it ended, with the facts', async (t) => {
    t.strictSame(reasonAfter(events.exited), { kind: 'exit', exit });
    t.strictSame(reasonAfter(events['launch-failed']), { kind: 'launch-failed', message: 'no such file' });
    t.strictSame(reasonAfter(events['init-error-posted']), { kind: 'init-error', errorType: 'E', payload });
    t.strictSame(reasonAfter(events['init-timed-out']), { kind: 'init-timeout' });
    t.strictSame(reasonAfter(events.initialized, events['invocation-timed-out']), { kind: 'timeout' });
    t.strictSame(reasonAfter(events.initialized, events['shutdown-requested']), { kind: 'shutdown' });
  });

  t.test('the first reason stands', async (t) => {
    const causes = ['init-error-posted', 'init-timed-out', 'invocation-timed-out', 'shutdown-requested'] as const;
    for (const cause of causes) {
      const reason = reasonAfter(events[cause]);
      t.ok(reason, cause);
      for (const later of Object.values(events)) {
        t.strictSame(reasonAfter(events[cause], later), reason, `${cause}, then ${later.type}`);
      }
    }
    t.strictSame(reasonAfter(events.exited, events['invocation-timed-out']), { kind: 'exit', exit }, 'nor once ended');
  });

  t.test('release tells the reason that the state has', async (t) => {
    for (const name of ['exited', 'kill-unanswered', 'launch-failed'] as const) {
      const { state, effects } = stepEnvironment(states.stopping, events[name]);
      t.strictSame(effects.at(-1), { type: 'release', reason: { kind: 'timeout' } }, name);
      t.strictSame(state, states.stopped, name);
    }
  });
});

t.test('the invocation', async (t) => {
  const awaiting = (...participants: readonly Participant[]) => new Set(participants);
  const runtime = awaiting(runtimeParticipant);
  const both = awaiting(runtimeParticipant, 'extension');
  const states = {
    assigned: assignedInvocation,
    running: { phase: 'running', awaiting: runtime },
    'running, with an extension': { phase: 'running', awaiting: both },
    responding: { phase: 'responding', awaiting: runtime },
    'responding, with an extension': { phase: 'responding', awaiting: both },
    'responding, all are back': { phase: 'responding', awaiting: awaiting() },
    replied: { phase: 'replied', awaiting: runtime, reply: success },
    'replied, with an extension': { phase: 'replied', awaiting: both, reply: success },
    'replied, the extension is left': { phase: 'replied', awaiting: awaiting('extension'), reply: functionError },
    completed: { phase: 'completed' },
  } satisfies Record<string, InvocationState>;
  const events = {
    delivered: { type: 'delivered', participants: [runtimeParticipant] },
    'response-begun': { type: 'response-begun' },
    replied: { type: 'replied', reply: success },
    'runtime came-back': { type: 'came-back', participant: runtimeParticipant },
    'extension came-back': { type: 'came-back', participant: 'extension' },
    'environment-ended': { type: 'environment-ended' },
    'timed-out': { type: 'timed-out' },
  } satisfies Record<string, InvocationEvent>;
  const everyType: ReadonlySet<InvocationEvent['type']> = new Set(Object.values(events).map(({ type }) => type));
  const named: Record<InvocationEvent['type'], true> = {
    delivered: true,
    'response-begun': true,
    replied: true,
    'came-back': true,
    'environment-ended': true,
    'timed-out': true,
  };
  t.strictSame([...everyType].sort(), Object.keys(named).sort());

  const responding = {
    delivered: 'rejected',
    'response-begun': 'rejected',
    replied: 'replied emit-replied',
    'runtime came-back': 'responding',
    'extension came-back': 'responding',
    'environment-ended': 'completed runtime-done complete',
    'timed-out': 'completed runtime-done complete',
  };
  const running = {
    delivered: 'rejected',
    'response-begun': 'responding emit-responding',
    replied: 'replied emit-responding emit-replied',
    'runtime came-back': 'running',
    'extension came-back': 'running',
    'environment-ended': 'completed runtime-done complete',
    'timed-out': 'completed runtime-done complete',
  };
  const replied = { delivered: 'rejected', 'response-begun': 'rejected', replied: 'rejected' };
  checkTable(t, stepInvocation, states, events, {
    assigned: {
      delivered: 'running emit-started',
      'response-begun': 'rejected',
      replied: 'rejected',
      'runtime came-back': 'rejected',
      'extension came-back': 'rejected',
      // Its START line is still due.
      'environment-ended': 'completed emit-started runtime-done complete',
      'timed-out': 'completed emit-started runtime-done complete',
    },
    running,
    'running, with an extension': running,
    responding,
    'responding, with an extension': responding,
    'responding, all are back': { ...responding, replied: 'completed emit-replied runtime-done complete' },
    replied: {
      ...replied,
      'runtime came-back': 'completed runtime-done complete',
      'extension came-back': 'replied',
      'environment-ended': 'completed runtime-done complete',
      'timed-out': 'completed runtime-done complete',
    },
    'replied, with an extension': {
      ...replied,
      'runtime came-back': 'replied runtime-done',
      'extension came-back': 'replied',
      'environment-ended': 'completed runtime-done complete',
      'timed-out': 'completed runtime-done complete',
    },
    'replied, the extension is left': {
      ...replied,
      'runtime came-back': 'replied',
      'extension came-back': 'completed complete',
      'environment-ended': 'completed complete',
      'timed-out': 'completed complete',
    },
    completed: {
      ...replied,
      'runtime came-back': 'rejected',
      'extension came-back': 'rejected',
      'environment-ended': 'completed',
      'timed-out': 'completed',
    },
  });

  /** What `complete` gives the caller after these events: a reply, or undefined when the end of the environment decides. */
  const completedWith = (participants: readonly Participant[], ...given: readonly InvocationEvent[]): unknown => {
    let state: InvocationState = assignedInvocation;
    for (const event of [{ type: 'delivered', participants } as const, ...given]) {
      const step = stepInvocation(state, event);
      if ('rejected' in step) return 'rejected';
      state = step.state;
      const complete = step.effects.find((effect) => effect.type === 'complete');
      if (complete) return complete.reply;
    }
    return 'not completed';
  };
  const alone = [runtimeParticipant];
  const replies = (reply: Reply): InvocationEvent => ({ type: 'replied', reply });
  const back = (participant: Participant): InvocationEvent => ({ type: 'came-back', participant });
  const ended = events['environment-ended'];

  t.test('is over only when the runtime is back', async (t) => {
    t.equal(completedWith(alone, replies(success)), 'not completed');
    t.equal(completedWith(alone, replies(success), back(runtimeParticipant)), success);
    t.equal(completedWith(alone, events['response-begun'], replies(functionError), back('runtime')), functionError);
  });

  t.test('a runtime is not back before its reply, whatever it asks for', async (t) => {
    t.equal(completedWith(alone, back(runtimeParticipant), replies(success)), 'not completed');
    t.equal(
      completedWith(alone, events['response-begun'], back(runtimeParticipant), replies(success)),
      'not completed',
    );
    t.equal(completedWith(alone, back(runtimeParticipant), replies(success), back(runtimeParticipant)), success);
  });

  t.test('every participant must come back, in whatever order', async (t) => {
    const three = [runtimeParticipant, 'one', 'two'];
    t.equal(completedWith(three, replies(success), back('one'), back(runtimeParticipant)), 'not completed');
    t.equal(completedWith(three, replies(success), back('one'), back(runtimeParticipant), back('two')), success);
    t.equal(completedWith(three, back('two'), replies(success), back('one'), back(runtimeParticipant)), success);
    t.equal(completedWith(three, replies(success), back('one'), back('one'), back('runtime')), 'not completed');
    t.equal(completedWith(three, replies(success), back('stranger'), back('one'), back('two')), 'not completed');
  });

  t.test('a success does not survive an environment that ends too early, a function error does', async (t) => {
    t.equal(completedWith(alone, replies(success), ended), undefined);
    t.equal(completedWith(alone, replies(functionError), ended), functionError);
    t.equal(completedWith(alone, events['response-begun'], ended), undefined);
    t.equal(completedWith(alone, ended), undefined);
    t.equal(
      completedWith(['runtime', 'one'], replies(success), back('runtime'), ended),
      success,
      'an extension is out, which is no matter of the caller',
    );
  });

  t.test('a step changes no state that it was given', async (t) => {
    const before = { phase: 'replied', awaiting: awaiting('runtime', 'one'), reply: success } as const;
    stepInvocation(before, back('one'));
    t.strictSame([...before.awaiting], ['runtime', 'one']);
  });
});

t.test('the extension', async (t) => {
  const all = new Set(['INVOKE', 'SHUTDOWN'] as const);
  const none = new Set<never>();
  const states = {
    started: startedExtension,
    registered: { phase: 'registered', subscriptions: all },
    'registered for nothing': { phase: 'registered', subscriptions: none },
    ready: { phase: 'ready', subscriptions: all },
    'ready, subscribed to nothing': { phase: 'ready', subscriptions: none },
    running: { phase: 'running', subscriptions: all },
    'running, no SHUTDOWN': { phase: 'running', subscriptions: new Set(['INVOKE'] as const) },
    'shutting-down': { phase: 'shutting-down' },
    failed: { phase: 'failed', errorType: 'E' },
    exited: { phase: 'exited' },
  } satisfies Record<string, ExtensionState>;
  const events = {
    registered: { type: 'registered', subscriptions: ['INVOKE'] },
    'asked-for-next': { type: 'asked-for-next' },
    invoke: { type: 'invoke' },
    shutdown: { type: 'shutdown' },
    'init error-posted': { type: 'error-posted', when: 'init', errorType: 'E' },
    'exit error-posted': { type: 'error-posted', when: 'exit', errorType: 'E' },
    exited: { type: 'exited' },
  } satisfies Record<string, ExtensionEvent>;

  const registered = {
    registered: 'rejected',
    'asked-for-next': 'ready report-ready',
    invoke: 'rejected',
    shutdown: 'shutting-down send-shutdown',
    'init error-posted': 'failed fail-environment',
    'exit error-posted': 'failed fail-environment',
    exited: 'exited fail-environment',
  };
  const ready = {
    registered: 'rejected',
    'asked-for-next': 'ready',
    invoke: 'running send-invoke',
    shutdown: 'shutting-down send-shutdown',
    'init error-posted': 'rejected',
    'exit error-posted': 'failed fail-environment',
    exited: 'exited fail-environment',
  };
  const running = { ...ready, 'asked-for-next': 'ready came-back', invoke: 'rejected' };
  const over = {
    registered: 'rejected',
    'asked-for-next': 'rejected',
    invoke: 'rejected',
    shutdown: 'rejected',
    'init error-posted': 'rejected',
    'exit error-posted': 'rejected',
    exited: 'exited',
  };
  checkTable(t, stepExtension, states, events, {
    started: {
      ...over,
      registered: 'registered report-registered',
      shutdown: 'shutting-down kill',
      exited: 'exited fail-environment',
    },
    registered,
    'registered for nothing': { ...registered, shutdown: 'shutting-down kill' },
    ready,
    'ready, subscribed to nothing': { ...ready, invoke: 'ready', shutdown: 'shutting-down kill' },
    running,
    'running, no SHUTDOWN': { ...running, shutdown: 'shutting-down kill' },
    // Its SHUTDOWN event waits for it.
    'shutting-down': { ...over, 'asked-for-next': 'shutting-down' },
    failed: over,
    exited: over,
  });

  t.test('says what failed', async (t) => {
    const failed = stepExtension(states.registered, events['init error-posted']);
    t.strictSame(failed, {
      state: { phase: 'failed', errorType: 'E' },
      effects: [{ type: 'fail-environment', errorType: 'E' }],
    });
    const crashed = stepExtension(states.running, events.exited);
    t.strictSame('effects' in crashed && crashed.effects, [{ type: 'fail-environment', errorType: 'Extension.Crash' }]);
  });
});
