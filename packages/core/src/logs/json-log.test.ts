import t from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { defineFunction } from '../function/define-function.ts';
import type { FunctionConfig, SystemLogLevel } from '../function/function-config.ts';
import type { InitStatus, InvocationReport, LifecycleEvent, RuntimeDoneFigures } from '../lifecycle.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { echoRuntime } from '../testing/echo-runtime.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { createLog } from './create-log.ts';
import { LogTail } from './log-tail.ts';

const at = Date.UTC(2026, 10, 21);
const of = { environmentId: 'e', at };

const config = (format: string, systemLogLevel?: SystemLogLevel): FunctionConfig =>
  defineFunction(
    {
      handler: 'h',
      runtime: 'echo',
      taskRoot: '/task',
      environment: { AWS_LAMBDA_LOG_FORMAT: format },
      systemLogLevel,
    },
    { nowMs: 0, randomId: 'id' },
  );

function written(events: readonly LifecycleEvent[], function_: FunctionConfig, initLines?: boolean) {
  const lines: string[] = [];
  const output: string[] = [];
  const log = createLog(function_, {
    writeLine: (line) => lines.push(line),
    writeOutput: (stream, bytes) => output.push(`${stream}: ${decodeText(bytes)}`),
    ...(initLines === undefined ? {} : { initLines }),
  });
  for (const event of events) log(event);
  return { lines, output };
}

const initEnded = (status: InitStatus): LifecycleEvent => ({
  type: 'init-ended',
  ...of,
  phase: 'init',
  status,
  errorType: status === 'error' ? 'Runtime.ImportModuleError' : undefined,
  durationMs: 10_008.594,
});

const extension = (errorType?: string): LifecycleEvent => ({
  type: 'extension-initialized',
  ...of,
  name: 'agent',
  state: errorType ? 'LaunchError' : 'Ready',
  events: errorType ? [] : ['INVOKE', 'SHUTDOWN'],
  errorType,
});

const subscribed = (api: 'telemetry' | 'logs'): LifecycleEvent => ({
  type: 'telemetry-subscribed',
  ...of,
  name: 'agent',
  api,
  types: ['platform', 'function'],
});

const beginning: readonly LifecycleEvent[] = [
  { type: 'environment-starting', ...of, phase: 'init' },
  extension(),
  extension('UnknownError'),
  subscribed('telemetry'),
  subscribed('logs'),
  initEnded('success'),
  initEnded('error'),
  initEnded('timeout'),
];

t.test('text: what an environment is begun with, as the service prints it', async (t) => {
  t.strictSame(written(beginning, config('Text')).lines, [
    'EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
    'EXTENSION\tName: agent\tState: LaunchError\tEvents: []\tError Type: UnknownError',
    'TELEMETRY\tName: agent\tState: Subscribed\tTypes: [Platform, Function]',
    'LOGS\tName: agent\tState: Subscribed\tTypes: [Platform, Function]',
    'INIT_REPORT Init Duration: 10008.59 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError',
    'INIT_REPORT Init Duration: 10008.59 ms\tPhase: init\tStatus: timeout',
  ]);
  t.strictSame(written(beginning, config('Text'), false).lines, [], 'the emulators tell nothing of it');
});

t.test('JSON: platform events as lines, what the function writes as it is', async (t) => {
  const log: LifecycleEvent = { type: 'log', ...of, stream: 'stderr', bytes: encodeText('as it') };
  const record: LifecycleEvent = { type: 'log', ...of, stream: 'telemetry', bytes: encodeText('{"level":"INFO"}') };
  const { lines, output } = written([...beginning, log, record], config('json'));
  t.strictSame(
    lines.map((line) => JSON.parse(line)),
    [
      {
        time: '2026-11-21T00:00:00.000Z',
        type: 'platform.extension',
        record: { name: 'agent', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] },
      },
      {
        time: '2026-11-21T00:00:00.000Z',
        type: 'platform.extension',
        record: { name: 'agent', state: 'LaunchError', events: [], errorType: 'UnknownError' },
      },
      ...(['telemetry', 'logs'] as const).map((api) => ({
        time: '2026-11-21T00:00:00.000Z',
        type: `platform.${api}Subscription`,
        record: { name: 'agent', state: 'Subscribed', types: ['platform', 'function'] },
      })),
      ...(['error', 'timeout'] as const).map((status) => ({
        time: '2026-11-21T00:00:00.000Z',
        type: 'platform.initReport',
        record: {
          initializationType: 'on-demand',
          phase: 'init',
          status,
          ...(status === 'error' ? { errorType: 'Runtime.ImportModuleError' } : {}),
          metrics: { durationMs: 10_008.594 },
        },
      })),
    ],
  );
  t.strictSame(output, ['stderr: as it', 'stdout: {"level":"INFO"}\n']);
});

t.test('JSON: a platform event has a line of its own, whatever the function has not ended', (t) => {
  const stream: string[] = [];
  const log = createLog(config('JSON'), {
    writeLine: () => stream.push('event\n'),
    writeOutput: (_stream, bytes) => stream.push(decodeText(bytes)),
  });
  const says = (text: string) => log({ type: 'log', ...of, stream: 'stderr', bytes: encodeText(text) });
  says('half');
  says(' a line');
  log(subscribed('telemetry'));
  log(subscribed('telemetry'));
  says('a line\n');
  log(subscribed('telemetry'));
  t.equal(stream.join(''), 'half a line\nevent\nevent\na line\nevent\n');
  t.end();
});

t.test('JSON: the system log level says which', async (t) => {
  const figures = (status: RuntimeDoneFigures['status']) => ({
    status,
    errorType: undefined,
    durationMs: 1,
    producedBytes: 1,
    startedAt: at,
    responseLatencyMs: 1,
    responseDurationMs: 0,
    runtimeOverheadMs: 0,
  });
  const report = (status: InvocationReport['status']) => ({
    durationMs: 1,
    billedDurationMs: 1,
    memorySizeMb: 1,
    maxMemoryUsedMb: 1,
    initDurationMs: undefined,
    status,
    errorType: undefined,
    failure: undefined,
  });
  const invocation = { ...of, requestId: 'r', traceId: '' };
  const outcome = { kind: 'success', payload: new Uint8Array(0) } as const;
  const init = (status: InitStatus): LifecycleEvent => ({
    type: 'runtime-initialized',
    ...of,
    phase: 'init',
    status,
    errorType: undefined,
  });
  const events: readonly LifecycleEvent[] = [
    ...beginning,
    init('success'),
    init('error'),
    { type: 'invocation-started', ...invocation, functionVersion: '1' },
    { type: 'invocation-runtime-done', ...invocation, figures: figures('success') },
    { type: 'invocation-runtime-done', ...invocation, figures: figures('failure') },
    { type: 'invocation-completed', ...invocation, outcome, report: report('success') },
    { type: 'invocation-completed', ...invocation, outcome, report: report('timeout') },
  ];
  const told = (level: SystemLogLevel) =>
    written(events, config('JSON', level)).lines.map((line) => {
      const { type, record } = JSON.parse(line);
      return `${type.slice('platform.'.length)} ${record.status ?? record.state ?? ''}`.trim();
    });
  const warnings = [
    'extension LaunchError',
    'initReport error',
    'initReport timeout',
    'initRuntimeDone error',
    'runtimeDone failure',
    'report timeout',
  ];
  t.strictSame(told('WARN'), warnings);
  t.strictSame(told('INFO'), [
    ...['extension Ready', 'extension LaunchError', 'telemetrySubscription Subscribed', 'logsSubscription Subscribed'],
    ...['initReport error', 'initReport timeout', 'initRuntimeDone error'],
    ...['start', 'runtimeDone failure', 'report success', 'report timeout'],
  ]);
  t.equal(told('DEBUG').length, events.length);
});

t.test('the format is the variable, in any case', async (t) => {
  t.equal(config('jSoN').logFormat, 'JSON');
  t.equal(config('TEXT').logFormat, 'Text');
  t.equal(config('').logFormat, 'Text');
  t.throws(() => config('xml'), {
    code: 'ERR_INVALID_CHOICE',
    message: 'AWS_LAMBDA_LOG_FORMAT is "xml": it must be JSON or Text.',
  });
});

t.test('the tail of the log is in the format too', async (t) => {
  const memory = createMemoryHost();
  const function_ = config('JSON');
  const sandbox = createSandbox({
    host: memory.host,
    launcher: memory.launcher,
    config: function_,
    runtime: memory.runtime('echo', echoRuntime()),
  });
  t.teardown(() => sandbox.close());
  const tail = LogTail.of(sandbox, 'one');
  await sandbox.invoke({ payload: encodeText('{"do":"write","text":"written\\n"}'), requestId: 'one' });
  tail.stop();
  const lines = decodeText(tail.bytes()).trimEnd().split('\n');
  t.equal(lines.length, 3);
  t.match(JSON.parse(lines[0]!), { type: 'platform.start', record: { requestId: 'one', version: '$LATEST' } });
  t.equal(lines[1], 'written');
  t.match(JSON.parse(lines[2]!), { type: 'platform.report', record: { requestId: 'one', status: 'success' } });
});
