import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import t, { type Test } from 'tap';
import { encodeJson } from '../bytes.ts';
import { defineFunction, type FunctionInput } from '../function/define-function.ts';
import type { FunctionConfig } from '../function/function-config.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { type EchoInit, echoRuntime } from '../testing/echo-runtime.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { PlatformEvent } from './events.ts';
import { type LogsSchema, logsApiEvents } from './logs-api-events.ts';
import { PlatformEvents } from './platform-events.ts';

const schemaNames = ['2022-12-13', '2025-01-29'] as const;

const [oldSchema, newSchema] = schemaNames.map((name) => {
  const file = new URL(`../../schema/telemetry-${name}.json`, import.meta.url);
  return new Ajv2020({ allErrors: true, strictTypes: false }).compile(JSON.parse(readFileSync(file, 'utf8')));
}) as [ValidateFunction, ValidateFunction];

function fits(t: Test, validate: ValidateFunction, event: unknown): void {
  t.ok(validate(JSON.parse(JSON.stringify(event))), JSON.stringify(event), {
    diagnostic: false,
    errors: validate.errors,
  });
}

interface Options {
  readonly init?: EchoInit;
  readonly config?: Partial<FunctionInput>;
}

/** What a function's life is told as, from the first event to the last. */
async function live(events: readonly object[], { init, config }: Options = {}) {
  const clock = new ManualClock();
  const memory = createMemoryHost({ clock });
  const runtime = memory.runtime('echo', echoRuntime(init));
  const definition: FunctionConfig = defineFunction(
    { handler: 'h', runtime: 'echo', taskRoot: '/task', logStreamName: 'stream', ...config },
    { nowMs: clock.now(), randomId: memory.host.randomId() },
  );
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config: definition, runtime });
  const heard: LifecycleEvent[] = [];
  sandbox.subscribe((event) => heard.push(event));
  for (const event of events) {
    let over = false;
    const outcome = sandbox
      .invoke({ payload: encodeJson(event), requestId: 'id', traceId: 'Root=1-2;Parent=3;Sampled=1' })
      .finally(() => {
        over = true;
      });
    while (!over) await clock.advance(100);
    await outcome;
  }
  const closed = sandbox.close();
  await clock.advance(2_000);
  await closed;
  const platform = new PlatformEvents(definition);
  const told = heard.flatMap((event) => platform.of(event));
  return {
    told,
    types: told.map(({ type }) => type.slice('platform.'.length)),
    logsApi: (schema: LogsSchema) => heard.flatMap((event) => logsApiEvents(event, schema)),
  };
}

/** Of an event that is there, whatever type it has. */
const recordOf = (event: PlatformEvent | undefined) =>
  event?.record as object as { readonly metrics?: object; readonly spans?: readonly { readonly name: string }[] };

const started = ['initStart', 'initRuntimeDone', 'initReport'];
const invoked = ['start', 'runtimeDone', 'report'];

t.test('a cold start and a warm invocation, in the documented order', async (t) => {
  const { told, types } = await live([{ a: 1 }, {}]);
  t.strictSame(types, [...started, ...invoked, ...invoked]);
  for (const event of told) {
    fits(t, oldSchema, event);
    fits(t, newSchema, event);
  }
  const tracing = { type: 'X-Amzn-Trace-Id', value: 'Root=1-2;Parent=3;Sampled=1' };
  const [initStart, initRuntimeDone, initReport, start, runtimeDone, report, , , warm] = told;
  const init = { initializationType: 'on-demand', phase: 'init' };
  t.strictSame(initStart?.record, {
    ...init,
    functionName: 'test',
    functionVersion: '$LATEST',
    instanceId: 'stream',
    instanceMaxMemory: 134_217_728,
  });
  t.strictSame(initRuntimeDone?.record, { ...init, status: 'success' });
  t.match(initReport?.record, { ...init, status: 'success', metrics: { durationMs: Number } });
  t.strictSame(start?.record, { requestId: 'id', version: '$LATEST', tracing });
  t.match(runtimeDone?.record, { requestId: 'id', status: 'success', metrics: { producedBytes: 7 }, tracing });
  t.strictSame(
    recordOf(runtimeDone).spans?.map(({ name }) => name),
    ['responseLatency', 'responseDuration', 'runtimeOverhead'],
  );
  t.match(report?.record, {
    requestId: 'id',
    status: 'success',
    metrics: { memorySizeMB: 128, initDurationMs: Number },
    tracing,
  });
  t.notOk('spans' in recordOf(report), 'there are no extensions');
  t.notOk('initDurationMs' in (recordOf(warm).metrics ?? {}), 'only the first has it');
});

const endings: readonly [name: string, event: object, done: object, report: object][] = [
  ['an error', { do: 'throw' }, { status: 'error', errorType: 'Error' }, { status: 'success' }],
  ['a timeout', { do: 'hang' }, { status: 'timeout' }, { status: 'timeout', metrics: { durationMs: 3_000 } }],
  ['an exit', { do: 'exit' }, { errorType: 'Runtime.ExitError' }, { status: 'error', errorType: 'Runtime.ExitError' }],
];

for (const [name, event, done, report] of endings) {
  t.test(`${name}, in the documented order`, async (t) => {
    const { told, types } = await live([event]);
    t.strictSame(types, [...started, ...invoked]);
    for (const one of told) fits(t, newSchema, one);
    t.match(told[4]?.record, done);
    t.match(told[5]?.record, report);
  });
}

t.test('an initialization that fails, and is done again inside the invocation', async (t) => {
  const { told } = await live([{}], { init: 'error' });
  const failed = told.filter(({ type }) => type === 'platform.initReport');
  t.ok(failed.length > 0);
  for (const one of told) fits(t, newSchema, one);
  t.match(failed[0]?.record, { phase: 'init', status: 'error', errorType: 'Runtime.ImportModuleError' });
});

t.test('the Logs API tells the same in its own shapes', async (t) => {
  const { logsApi } = await live([{ do: 'throw' }, { do: 'exit' }, { do: 'hang' }]);
  const types = (schema: LogsSchema) => logsApi(schema).map(({ type }) => type.slice('platform.'.length));
  t.strictSame(types('2020-08-15'), [
    ...['start', 'end', 'report'],
    ...['start', 'fault', 'end', 'report'],
    ...['start', 'fault', 'end', 'report'],
  ]);
  t.strictSame(types('2021-03-18').slice(0, 4), ['start', 'runtimeDone', 'end', 'report']);
  const records = logsApi('2021-03-18').map(({ record }) => record);
  t.match(records[0], { requestId: 'id', version: '$LATEST' });
  t.strictSame(records[1], { requestId: 'id', status: 'success' });
  t.match(records[3], { requestId: 'id', metrics: { billedDurationMs: Number, initDurationMs: Number } });
  t.equal(records[6], 'RequestId: id Error: Runtime exited with error: exit status 3\nRuntime.ExitError');
  t.ok(records.includes('RequestId: id Task timed out after 3.00 seconds'));
});

t.test('an invocation that is not sampled has no trace', async (t) => {
  const platform = new PlatformEvents(config());
  const start = (traceId: string) =>
    platform.of({
      type: 'invocation-started',
      environmentId: 'e',
      at: 0,
      requestId: 'r',
      functionVersion: '1',
      traceId,
    });
  for (const traceId of ['', 'Root=1-2', 'Root=1-2;Sampled=0', 'Sampled=1', 'Root=;Sampled=1', 'Root=1-2;Sampled=11']) {
    t.strictSame(start(traceId)[0]?.record, { requestId: 'r', version: '1' }, traceId);
  }
});

t.test('extensions: what they went on for, and what they are', async (t) => {
  const platform = new PlatformEvents(config());
  const one = (event: LifecycleEvent) => platform.of(event)[0];
  const at = Date.UTC(2026, 10, 21);
  const facts = { environmentId: 'e', requestId: 'r' };
  const extension = { type: 'extension-initialized', environmentId: 'e', at, name: 'agent' } as const;
  const ready = one({ ...extension, state: 'Ready', events: ['INVOKE', 'SHUTDOWN'], errorType: undefined });
  one({ type: 'invocation-started', ...facts, at, functionVersion: '1', traceId: '' });
  const figures = {
    status: 'success',
    errorType: undefined,
    durationMs: 5,
    producedBytes: undefined,
    startedAt: at,
  } as const;
  const noSpans = { responseLatencyMs: undefined, responseDurationMs: undefined, runtimeOverheadMs: undefined };
  const done = one({
    type: 'invocation-runtime-done',
    ...facts,
    at: at + 5,
    traceId: '',
    figures: { ...figures, ...noSpans },
  });
  t.strictSame(done?.record, { requestId: 'r', status: 'success', metrics: { durationMs: 5 }, spans: [] });
  const report = {
    durationMs: 12.34567,
    billedDurationMs: 13,
    memorySizeMb: 128,
    maxMemoryUsedMb: 64,
    initDurationMs: undefined,
    status: 'success',
    errorType: undefined,
    failure: undefined,
    extensionOverheadMs: 7.34567,
  } as const;
  const outcome = { kind: 'success', payload: new Uint8Array(0) } as const;
  const reported = one({ type: 'invocation-completed', ...facts, at: at + 20, outcome, report });
  t.strictSame(reported, {
    time: '2026-11-21T00:00:00.020Z',
    type: 'platform.report',
    record: {
      requestId: 'r',
      status: 'success',
      metrics: { durationMs: 12.346, billedDurationMs: 13, memorySizeMB: 128, maxMemoryUsedMB: 64 },
      spans: [{ name: 'extensionOverhead', start: '2026-11-21T00:00:00.005Z', durationMs: 7.346 }],
    },
  });
  const made: (PlatformEvent | undefined)[] = [
    done,
    reported,
    ready,
    one({ ...extension, state: 'Exited', events: [], errorType: 'Extension.Crash' }),
    one({
      type: 'telemetry-subscribed',
      environmentId: 'e',
      at,
      name: 'agent',
      api: 'telemetry',
      types: ['platform'],
    }),
  ];
  t.strictSame(made[2]?.record, { name: 'agent', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] });
  t.strictSame(made[3]?.record, { name: 'agent', state: 'Exited', events: [], errorType: 'Extension.Crash' });
  t.strictSame(made[4]?.record, { name: 'agent', state: 'Subscribed', types: ['platform'] });
  for (const event of made) for (const schema of [oldSchema, newSchema]) fits(t, schema, event);
  t.equal(
    one({ type: 'telemetry-subscribed', environmentId: 'e', at, name: 'a', api: 'logs', types: ['platform'] }),
    undefined,
  );
});

t.test('a restore (SnapStart), well and badly', async (t) => {
  const { told, types } = await live([{}], { init: 'restore', config: { snapStart: true } });
  t.strictSame(types, [
    ...['initStart', 'initRuntimeDone', 'restoreStart', 'restoreRuntimeDone', 'restoreReport', 'initReport'],
    ...invoked,
  ]);
  for (const event of told) for (const schema of [oldSchema, newSchema]) fits(t, schema, event);
  t.match(told[0]?.record, { initializationType: 'snap-start' });
  t.match(told[2]?.record, { functionName: 'test', instanceMaxMemory: 134_217_728 });
  t.strictSame(told[3]?.record, { status: 'success' });
  t.match(told[4]?.record, { status: 'success', metrics: { durationMs: Number } });

  const failed = await live([{}], { init: 'restore-error', config: { snapStart: true } });
  for (const event of failed.told) fits(t, newSchema, event);
  t.match(failed.told[3], {
    type: 'platform.restoreRuntimeDone',
    record: { status: 'error', errorType: 'Function.AfterRestoreError' },
  });
});

t.test('managed instances report no bill, and are of the newer schema alone', async (t) => {
  const { told } = await live([{}], { config: { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '2' } } });
  t.match(told[0]?.record, { initializationType: 'lambda-managed-instances' });
  t.equal(oldSchema(told[0]), false);
  const report = told.find(({ type }) => type === 'platform.report');
  t.strictSame(Object.keys(recordOf(report).metrics ?? {}), ['durationMs']);
  for (const event of told) fits(t, newSchema, event);
});

t.test('the schemas take logs and drops, and refuse what is none', async (t) => {
  const time = '2026-11-21T00:00:00.000Z';
  const dropped = { reason: 'slow', droppedRecords: 1, droppedBytes: 2 };
  for (const schema of [oldSchema, newSchema]) {
    fits(t, schema, { time, type: 'function', record: 'line' });
    fits(t, schema, { time, type: 'extension', record: { level: 'INFO' } });
    fits(t, schema, { time, type: 'platform.logsDropped', record: dropped });
    for (const wrong of [
      { time, type: 'function', record: 1 },
      { time: '2026-11-21', type: 'function', record: 'line' },
      { time, type: 'platform.unknown', record: {} },
      { time, type: 'platform.start', record: { requestId: 'r' } },
      { time, type: 'platform.logsDropped', record: { ...dropped, droppedRecords: 0 } },
    ]) {
      t.equal(schema(wrong), false, JSON.stringify(wrong));
    }
  }
});

function config(): FunctionConfig {
  return defineFunction({ handler: 'h', runtime: 'echo', taskRoot: '/task' }, { nowMs: 0, randomId: 'id' });
}
