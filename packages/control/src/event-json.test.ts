import { encodeText, type InvocationReport, type LifecycleEvent, type Outcome } from '@lambda-bootstraps/core';
import t from 'tap';
import { eventJson, eventsJson } from './event-json.ts';
import { EventLog } from './event-log.ts';

function json(event: LifecycleEvent): unknown {
  const log = new EventLog();
  log.append('f', event);
  return JSON.parse(eventJson(log.read(1, {}, { events: 1, bytes: 1 }).events[0]!));
}

const report = { durationMs: 1.5, status: 'success', errorType: undefined } as InvocationReport;
const completed = (outcome: Outcome): LifecycleEvent => ({
  type: 'invocation-completed',
  environmentId: 'e',
  at: 1,
  requestId: 'r',
  outcome,
  report,
});

t.test('the number and the function come first, bytes are text, and what is undefined is left out', async (t) => {
  t.strictSame(
    json({ type: 'log', environmentId: 'e', at: 1, stream: 'stderr', bytes: Uint8Array.of(0x68, 0xff, 0x69) }),
    { seq: 1, functionName: 'f', type: 'log', environmentId: 'e', at: 1, stream: 'stderr', text: 'h\uFFFDi' },
  );
  t.strictSame(
    json({ type: 'invocation-received', at: 1, requestId: 'r', traceId: 't', payload: encodeText('{"a":1}') }),
    { seq: 1, functionName: 'f', type: 'invocation-received', at: 1, requestId: 'r', traceId: 't', payload: '{"a":1}' },
  );
  const init = {
    type: 'init-ended',
    environmentId: 'e',
    at: 1,
    phase: 'init',
    status: 'success',
    durationMs: 2,
  } as const;
  t.strictSame(json({ ...init, errorType: undefined }), { seq: 1, functionName: 'f', ...init });
});

t.test('an outcome has what the caller got', async (t) => {
  const error = { errorType: 'E', payload: encodeText('{"errorType":"E"}') };
  t.match(json(completed({ kind: 'success', payload: encodeText('1') })), {
    outcome: { kind: 'success', payload: '1' },
    functionError: undefined,
    report: { durationMs: 1.5, status: 'success' },
  });
  for (const kind of ['function-error', 'init-error'] as const) {
    t.match(json(completed({ kind, ...error })), {
      outcome: { kind, errorType: 'E', payload: '{"errorType":"E"}' },
      functionError: 'Unhandled',
    });
  }
  t.match(json(completed({ kind: 'timeout', timeoutMs: 3_000, at: 5 })), {
    outcome: { kind: 'timeout', payload: /Sandbox\.Timedout.*RequestId: r Error: Task timed out after 3\.00 seconds/ },
    functionError: 'Unhandled',
  });
  t.match(json(completed({ kind: 'exit', errorType: 'Runtime.ExitError', message: 'exit status 1' })), {
    outcome: { kind: 'exit', message: 'exit status 1', payload: /Runtime\.ExitError/ },
    functionError: 'Unhandled',
  });
});

t.test('long payloads are cut off where they stand', async (t) => {
  const long = encodeText('x'.repeat(100_000));
  const cut = { payload: 'x'.repeat(65_536), truncated: true, bytes: 100_000 };
  t.match(json(completed({ kind: 'success', payload: long })), { outcome: cut });
  t.match(json(completed({ kind: 'init-error', errorType: 'E', payload: long })), {
    outcome: { errorType: 'E', ...cut },
  });
  t.match(json({ type: 'invocation-received', at: 1, requestId: 'r', traceId: 't', payload: long }), cut);
  const reason = { kind: 'init-error', errorType: 'E', payload: long } as const;
  t.match(json({ type: 'environment-stopped', environmentId: 'e', at: 1, reason }), {
    reason: { kind: 'init-error', errorType: 'E', ...cut },
  });
});

t.test('several are one JSON text', async (t) => {
  t.same(JSON.parse(eventsJson([], { next: 1, lost: 0 })), { events: [], next: 1, lost: 0 });
});
