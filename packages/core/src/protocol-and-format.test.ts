import t, { type Test } from 'tap';
import { decodeText, encodeText } from './bytes.ts';
import { type ErrorCode, errorTable, fail, LambdaBootstrapsError } from './errors.ts';
import { encodeInvoke, FrameReader, frameKinds, type RuntimeFrame } from './frames/codec.ts';
import { functionArn } from './function/arn.ts';
import { defineFunction, type FunctionInput } from './function/define-function.ts';
import { functionEnvironment } from './function/environment-variables.ts';
import { createInvocation, freshTraceId } from './function/invocation.ts';
import type { Outcome } from './function/outcome.ts';
import { renderOutcome } from './function/render-outcome.ts';
import { reservedVariables } from './function/reserved-variables.ts';
import type { InvocationReport, LifecycleEvent } from './lifecycle.ts';
import { TelemetryLogReader } from './logs/telemetry-log.ts';
import { createTextLog, reportLine } from './logs/text-log.ts';
import { isLoopback } from './protocol/peer.ts';
import { matchInvokeRoute, matchRuntimeRoute } from './protocol/routes.ts';
import { hostIsForeign, originIsForeign } from './protocol/same-site.ts';
import { errorTypeOf } from './runtime-api/replies.ts';
import { exitWords } from './sandbox/exit-words.ts';
import { makeReport } from './sandbox/report.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const uuid = '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9';
const define = (input: Partial<FunctionInput> = {}) =>
  defineFunction(
    { handler: 'index.handler', runtime: 'some1.x', taskRoot: '/task', ...input },
    { nowMs, randomId: uuid },
  );

t.test('the error table', async (t) => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const facts = Array.from({ length: errorTable[code].length }, (_, index) => `fact-${index}`);
    const error = (fail as (code: ErrorCode, ...facts: string[]) => LambdaBootstrapsError)(code, ...facts);
    t.match(code, /^ERR_[A-Z]+(_[A-Z]+)*$/, `${code}: the shape of a code`);
    t.equal(error.code, code, `${code}: the name is the code`);
    t.ok(error instanceof LambdaBootstrapsError && error instanceof Error, code);
    t.equal(error.name, 'LambdaBootstrapsError', code);
    t.match(error.message, /^\S.+\S$/, `${code}: a sentence`);
    t.notMatch(error.message, /undefined|\[object|\.\.$|\n/, `${code}: nothing is left open`);
    for (const fact of facts) t.ok(error.message.includes(fact), `${code}: says ${fact}`);
  }
  t.test('leaves out what nobody knows', async (t) => {
    t.notMatch(fail('ERR_UNKNOWN_FLAG', '--x', '').message, 'Did you mean');
    t.notMatch(fail('ERR_UNKNOWN_RUNTIME', 'x', '').message, 'Near it');
    t.equal(fail('ERR_RESERVED_VARIABLE', '--env', 'TZ', '').message.at(-1), '.');
  });
});

t.test('routes', async (t) => {
  const name = (path: string): string | undefined => matchInvokeRoute(path)?.functionName;
  const invoke = (segment: string): string => `/2015-03-31/functions/${segment}/invocations`;

  t.test('Invoke takes any name, partial ARN or ARN', async (t) => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST';
    t.equal(name(invoke('function')), 'function');
    t.equal(name(invoke(arn)), arn);
    t.equal(name(invoke(encodeURIComponent(arn))), arn);
    t.equal(name(invoke('arn%3Aaws%3alambda')), 'arn:aws:lambda');
    t.equal(name(`${invoke('f')}/`), 'f', 'a slash at the end');
    t.equal(name(invoke('a%2Fb')), 'a/b', 'an encoded slash stays in the name');
    t.equal(name(invoke('gr%C3%BC%C3%9Fe')), 'grüße');
    t.equal(name(invoke('100%')), '100%', 'a name that is not encoded rightly is taken as it is');
    t.equal(name(invoke('%E0%A4')), '%E0%A4');
  });

  t.test('other paths are not Invoke', async (t) => {
    const others = ['/', '', invoke(''), invoke('a/b'), `${invoke('f')}//`, `${invoke('f')}x`, `/x${invoke('f')}`];
    for (const path of [...others, invoke('f').toUpperCase(), '/2014-11-13/functions/f/invoke-async/']) {
      t.equal(name(path), undefined, path);
    }
  });

  t.test('the Runtime API', async (t) => {
    const base = '/2018-06-01/runtime';
    t.strictSame(matchRuntimeRoute(`${base}/invocation/next`), { name: 'next', method: 'GET' });
    t.strictSame(matchRuntimeRoute(`${base}/init/error`), { name: 'init-error', method: 'POST' });
    t.strictSame(matchRuntimeRoute('/2018-06-01/ping'), { name: 'ping', method: 'GET' });
    for (const answer of ['response', 'error'] as const) {
      const route = { name: answer, method: 'POST', requestId: 'a b' };
      t.strictSame(matchRuntimeRoute(`${base}/invocation/a%20b/${answer}`), route);
    }
    const others = ['/', `${base}/invocation/next/`, `${base}/invocation//response`, `${base}/invocation/id`];
    for (const path of [
      ...others,
      `${base}/invocation/id/other`,
      `/2020-01-01${base}`,
      `${base}/invocation/a/b/error`,
    ]) {
      t.equal(matchRuntimeRoute(path), undefined, path);
    }
  });
});

t.test('defineFunction', async (t) => {
  t.test("completes with the service's defaults", async (t) => {
    const config = define();
    t.match(config, {
      functionName: 'test',
      functionVersion: '$LATEST',
      memorySizeMb: 128,
      timeoutMs: 3_000,
      region: 'us-east-1',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
      logGroupName: '/aws/lambda/test',
      runtimeDir: '/var/runtime',
    });
    t.equal(config.logStreamName, '2026/01/02/[$LATEST]0f1e2d3c4b5a49788695a4b3c2d1e0f9');
    t.match(config.logStreamName, /^\d{4}\/\d{2}\/\d{2}\/\[[^\]]+\][0-9a-f]{32}$/);
  });

  t.test('what is given wins, and the rest follows from it', async (t) => {
    const config = define({
      functionName: 'orders',
      region: 'cn-north-1',
      accountId: '210987654321',
      functionVersion: '7',
    });
    t.equal(config.invokedFunctionArn, 'arn:aws-cn:lambda:cn-north-1:210987654321:function:orders');
    t.equal(config.logGroupName, '/aws/lambda/orders');
    t.match(config.logStreamName, /\/\[7\]/);
    t.equal(define({ invokedFunctionArn: 'arn:x' }).invokedFunctionArn, 'arn:x');
    t.equal(define({ logStreamName: 'stream' }).logStreamName, 'stream');
  });

  t.test('the partition is that of the region', async (t) => {
    t.match(functionArn('us-gov-west-1', '1', 'f'), /^arn:aws-us-gov:lambda:us-gov-west-1:1:function:f$/);
    t.match(functionArn('cn-northwest-1', '1', 'f'), /^arn:aws-cn:/);
    t.match(functionArn('eu-central-1', '1', 'f'), /^arn:aws:/);
  });

  t.test('is frozen, and a copy', async (t) => {
    const environment: Record<string, string> = { A: '1' };
    const layers = ['/one'];
    const config = define({ environment, layers, credentials: { accessKeyId: 'k' } });
    environment.A = '2';
    layers.push('/two');
    t.strictSame(config.environment, { A: '1' });
    t.strictSame(config.layers, ['/one']);
    for (const [key, value] of Object.entries({ config, ...config })) t.ok(Object.isFrozen(value), key);
  });

  t.test('refuses numbers that are none', async (t) => {
    for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648]) {
      t.throws(
        () => define({ timeoutMs }),
        { code: 'ERR_INVALID_NUMBER', message: /^timeoutMs is / },
        `${timeoutMs} ms`,
      );
    }
    for (const memorySizeMb of [0, -128, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      t.throws(() => define({ memorySizeMb }), { code: 'ERR_INVALID_NUMBER' }, `${memorySizeMb} MB`);
    }
    const sources = { timeoutMs: '--timeout', memorySizeMb: '--memory' };
    t.throws(() => define({ timeoutMs: 0, sources }), { message: /^--timeout is "0"/ }, 'the source is named');
    t.throws(() => define({ memorySizeMb: 0, sources }), { message: /^--memory is "0"/ });
    t.equal(define({ timeoutMs: 1, memorySizeMb: 1 }).timeoutMs, 1);
  });

  t.test('refuses names of variables that are none, and reserved ones', async (t) => {
    for (const name of ['', '1A', 'A-B', 'A B', 'A=B', 'Ä', 'A\n']) {
      t.throws(() => define({ environment: { [name]: '' } }), { code: 'ERR_INVALID_ENVIRONMENT_ENTRY' }, `"${name}"`);
    }
    t.throws(
      () => define({ environment: { A: 'x\0y' } }),
      { code: 'ERR_INVALID_ENVIRONMENT_ENTRY' },
      'a NUL in a value',
    );
    t.strictSame(define({ environment: { _a1: '=\n', A: '' } }).environment, { _a1: '=\n', A: '' });
    for (const name of reservedVariables) {
      const expected = { code: 'ERR_RESERVED_VARIABLE', message: new RegExp(`^--env sets ${name},`) };
      t.throws(() => define({ environment: { [name]: 'x' }, sources: { environment: '--env' } }), expected, name);
    }
    for (const name of ['TZ', 'LANG', 'PATH', 'NODE_OPTIONS', 'AWS_LAMBDA_EXEC_WRAPPER', 'AWS_LAMBDA_LOG_LEVEL']) {
      t.strictSame(define({ environment: { [name]: 'x' } }).environment, { [name]: 'x' }, `${name} may be set`);
    }
    t.strictSame(define({ inheritedEnvironment: { AWS_REGION: 'x' } }).inheritedEnvironment, { AWS_REGION: 'x' });
  });
});

t.test('the environment of the function', async (t) => {
  const facts = { runtimeApi: '127.0.0.1:9001', runtimeEnvironment: {} };
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };

  t.test('has what the contract lists', async (t) => {
    t.match(functionEnvironment(define({ credentials, region: 'eu-west-1', memorySizeMb: 512 }), facts), {
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'test',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test',
      AWS_LAMBDA_LOG_STREAM_NAME: define().logStreamName,
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      AWS_LAMBDA_LOG_FORMAT: 'Text',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      LAMBDA_TASK_ROOT: '/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      PATH: /(^|:)\/usr\/bin(:|$)/,
      LD_LIBRARY_PATH: /(^|:)\/task:\/task\/lib(:|$)/,
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: /^\d+(\.\d+){3}:\d+$/,
    });
  });

  t.test('what is not known is not there', async (t) => {
    const variables = functionEnvironment(define(), facts);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', '_X_AMZN_TRACE_ID']) {
      t.notOk(name in variables, name);
    }
    t.equal(
      functionEnvironment(define({ credentials: { accessKeyId: '' } }), facts).AWS_ACCESS_KEY_ID,
      '',
      'empty is known',
    );
    for (const [name, value] of Object.entries(variables)) t.type(value, 'string', name);
  });

  t.test('each stage wins over the one before', async (t) => {
    const inheritedEnvironment = {
      TZ: 'inherited',
      A: 'inherited',
      B: 'inherited',
      C: 'inherited',
      AWS_REGION: 'inherited',
    };
    const config = define({ inheritedEnvironment, environment: { B: 'function', C: 'function' } });
    const variables = functionEnvironment(config, {
      ...facts,
      runtimeEnvironment: {
        A: 'runtime',
        B: 'runtime',
        AWS_EXECUTION_ENV: 'AWS_Lambda_some1.x',
        AWS_REGION: 'runtime',
      },
    });
    t.match(variables, { TZ: 'inherited', A: 'runtime', B: 'function', C: 'function', AWS_REGION: 'us-east-1' });
    t.equal(variables.AWS_EXECUTION_ENV, 'AWS_Lambda_some1.x');
    const elsewhere = { ...facts, runtimeEnvironment: { LAMBDA_RUNTIME_DIR: '/elsewhere' } };
    t.equal(functionEnvironment(define(), elsewhere).LAMBDA_RUNTIME_DIR, '/elsewhere', 'a runtime says where it is');
  });

  t.test('the last layer lies on top', async (t) => {
    const { PATH = '', LD_LIBRARY_PATH = '' } = functionEnvironment(define({ layers: ['/low', '/high'] }), facts);
    t.match(PATH, /\/high\/bin:\/low\/bin$/);
    t.match(LD_LIBRARY_PATH, /\/high\/lib:\/low\/lib$/);
  });
});

t.test('an invocation', async (t) => {
  const clock = { now: () => nowMs, monotonic: () => 0, timer: () => ({ cancel() {} }) };
  const host = { clock, randomId: () => uuid };

  t.test('a fresh trace id is a root that is not sampled', async (t) => {
    const traceId = freshTraceId(clock, () => uuid);
    t.match(traceId, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    t.equal(Number.parseInt(traceId.slice(7, 15), 16), Math.floor(nowMs / 1000), 'the root begins with the time');
    t.match(
      freshTraceId({ now: () => 0 }, () => uuid),
      /^Root=1-00000000-/,
    );
  });

  t.test('is completed and frozen', async (t) => {
    const made = createInvocation({ payload: new Uint8Array(0), traceId: '' }, define(), host);
    t.equal(decodeText(made.payload), '{}', 'nothing is the event {}');
    t.equal(made.requestId, uuid);
    t.match(made.traceId, /^Root=1-/);
    t.equal(made.invokedFunctionArn, define().invokedFunctionArn);
    t.ok(Object.isFrozen(made));
    const given = {
      payload: encodeText('1'),
      requestId: 'r',
      traceId: 'Root=x',
      invokedFunctionArn: 'arn',
      tenantId: 'blue',
    };
    t.match(createInvocation(given, define(), host), given);
  });
});

t.test('the REPORT line', async (t) => {
  const report: InvocationReport = {
    durationMs: 86.481,
    billedDurationMs: 87,
    memorySizeMb: 1536,
    maxMemoryUsedMb: 16,
    initDurationMs: 143.15,
    status: 'success',
    errorType: undefined,
    failure: undefined,
  };
  const warm = { ...report, initDurationMs: undefined };
  const figures = 'Duration: 86.48 ms\tBilled Duration: 87 ms\tMemory Size: 1536 MB\tMax Memory Used: 16 MB\t';
  const init = 'Init Duration: 143.15 ms\t';
  t.equal(reportLine('id', report, 'first'), `REPORT RequestId: id\t${init}${figures}`, 'as the emulators print it');
  t.equal(reportLine('id', report, 'last'), `REPORT RequestId: id\t${figures}${init}`, 'as the service prints it');
  t.equal(reportLine('id', warm, 'first'), `REPORT RequestId: id\t${figures}`);
  t.equal(reportLine('id', warm, 'last'), `REPORT RequestId: id\t${figures}`);
  t.equal(
    reportLine('id', { ...report, status: 'timeout' }, 'last'),
    `REPORT RequestId: id\t${figures}${init}Status: timeout\t`,
  );
  const failed = { ...warm, status: 'error', errorType: 'Runtime.ExitError' } as const;
  t.equal(
    reportLine('id', failed, 'first'),
    `REPORT RequestId: id\t${figures}Status: error\tError Type: Runtime.ExitError\t`,
  );

  t.test('its figures', async (t) => {
    const outcome: Outcome = { kind: 'success', payload: new Uint8Array(0) };
    const sound = {
      elapsedMs: 10.2,
      runtimeDurationMs: undefined,
      initDurationMs: undefined,
      timeoutMs: 3000,
      memorySizeMb: 128,
      peakMemoryBytes: 1,
      outcome,
      failure: undefined,
    };
    t.match(makeReport(sound), { durationMs: 10.2, billedDurationMs: 11, maxMemoryUsedMb: 1, status: 'success' });
    t.equal(makeReport({ ...sound, initDurationMs: 100.9 }).billedDurationMs, 112, 'initialization is billed');
    t.equal(makeReport({ ...sound, elapsedMs: 0 }).billedDurationMs, 1);
    t.equal(makeReport({ ...sound, peakMemoryBytes: undefined }).maxMemoryUsedMb, 0);
    t.equal(makeReport({ ...sound, peakMemoryBytes: 10 * 1_048_576 }).maxMemoryUsedMb, 10);
    t.match(makeReport({ ...sound, elapsedMs: 3501, outcome: { kind: 'timeout', timeoutMs: 3000, at: 0 } }), {
      durationMs: 3000,
      status: 'timeout',
      errorType: undefined,
    });
    const exit = { kind: 'exit', errorType: 'Runtime.InvalidEntrypoint', message: '' } as const;
    t.match(makeReport({ ...sound, outcome: exit }), { status: 'error', errorType: 'Runtime.InvalidEntrypoint' });
    const functionError = { kind: 'function-error', errorType: 'TypeError', payload: new Uint8Array(0) } as const;
    t.equal(
      makeReport({ ...sound, outcome: functionError }).status,
      'success',
      'a handler error is no failure of ours',
    );
    const left = { kind: 'exit', errorType: 'Runtime.ExitError', message: 'it left' } as const;
    t.match(makeReport({ ...sound, outcome: functionError, failure: left }), {
      status: 'error',
      errorType: 'Runtime.ExitError',
      failure: 'it left',
    });
    t.match(makeReport({ ...sound, elapsedMs: 3027, outcome: functionError, failure: { kind: 'timeout' } }), {
      durationMs: 3000,
      status: 'timeout',
      errorType: undefined,
    });
    t.ok(Object.isFrozen(makeReport(sound)));
  });
});

t.test('the text log', async (t) => {
  const reportOf = (outcome: Outcome) =>
    makeReport({
      elapsedMs: 1,
      runtimeDurationMs: undefined,
      initDurationMs: undefined,
      timeoutMs: 1500,
      memorySizeMb: 128,
      peakMemoryBytes: 0,
      outcome,
      failure: undefined,
    });
  const facts = { environmentId: 'e', at: nowMs, requestId: 'id' };
  const written = (...events: readonly LifecycleEvent[]): string[] => {
    const lines: string[] = [];
    const log = createTextLog({
      writeLine: (line) => lines.push(line),
      writeOutput: (stream, bytes) => lines.push(`${stream}: ${Buffer.from(bytes).toString('latin1')}`),
    });
    for (const event of events) log(event);
    return lines;
  };
  const completed = (outcome: Outcome): string[] =>
    written({ type: 'invocation-completed', ...facts, outcome, report: reportOf(outcome) });
  const log = (stream: 'stdout' | 'stderr' | 'telemetry', text: string): string[] =>
    written({ type: 'log', environmentId: 'e', at: nowMs, stream, bytes: Buffer.from(text, 'latin1') });

  t.test('START, END and REPORT', async (t) => {
    const started = { type: 'invocation-started', ...facts, functionVersion: '$LATEST', traceId: 'Root=1' } as const;
    t.strictSame(written(started), ['START RequestId: id Version: $LATEST']);
    const [end, last, ...rest] = completed({ kind: 'success', payload: new Uint8Array(0) });
    t.equal(end, 'END RequestId: id');
    t.match(last, /^REPORT RequestId: id\tDuration: 1\.00 ms\t/);
    t.strictSame(rest, []);
    t.strictSame(written({ type: 'invocation-responding', ...facts }, { type: 'invocation-replied', ...facts }), []);
  });

  t.test('a timeout and an exit say so before END', async (t) => {
    const timedOut = completed({ kind: 'timeout', timeoutMs: 1500, at: nowMs });
    t.strictSame(timedOut.slice(0, 3), [
      '2026-01-02T03:04:05.678Z id Task timed out after 1.50 seconds',
      '',
      'END RequestId: id',
    ]);
    const message = 'Runtime exited with error: exit status 42';
    t.strictSame(completed({ kind: 'exit', errorType: 'Runtime.ExitError', message }).slice(0, 3), [
      `RequestId: id Error: ${message}`,
      'Runtime.ExitError',
      'END RequestId: id',
    ]);
  });

  t.test('output is handed on as it is; a record of the log descriptor is a line', async (t) => {
    t.strictSame(log('stdout', 'no end'), ['stdout: no end']);
    t.strictSame(log('stderr', '\xff\n'), ['stderr: \xff\n']);
    t.strictSame(log('telemetry', 'record'), ['stdout: record\n']);
    t.strictSame(log('telemetry', 'two\nlines\n'), ['stdout: two\nlines\n']);
    t.strictSame(log('telemetry', ''), ['stdout: \n']);
    t.strictSame(log('telemetry', '\xef\xbb\xbf\xff'), ['stdout: \xef\xbb\xbf\xff\n'], 'no byte is changed');
  });
});

t.test('outcomes as a caller reads them', async (t) => {
  const rendered = (outcome: Outcome) => {
    const { payload, functionError } = renderOutcome(outcome, 'id');
    return [functionError, decodeText(payload)];
  };
  const payload = encodeText('not even JSON');
  t.strictSame(rendered({ kind: 'success', payload }), [undefined, 'not even JSON']);
  t.strictSame(rendered({ kind: 'function-error', errorType: 'E', payload }), ['Unhandled', 'not even JSON']);
  t.strictSame(rendered({ kind: 'init-error', errorType: 'E', payload }), ['Unhandled', 'not even JSON']);
  t.strictSame(rendered({ kind: 'timeout', timeoutMs: 3000, at: 0 }), [
    'Unhandled',
    '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}',
  ]);
  t.strictSame(
    rendered({ kind: 'exit', errorType: 'Runtime.ExitError', message: exitWords({ code: 42, signal: null }) }),
    [
      'Unhandled',
      '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: exit status 42"}',
    ],
  );

  t.test('words of an exit', async (t) => {
    t.equal(exitWords({ code: 0, signal: null }), 'Runtime exited without providing a reason');
    t.equal(exitWords({ code: 255, signal: null }), 'Runtime exited with error: exit status 255');
    t.equal(exitWords({ code: null, signal: 'SIGKILL' }), 'Runtime exited with error: signal: killed');
    t.equal(exitWords({ code: null, signal: 'SIGSEGV' }), 'Runtime exited with error: signal: segmentation fault');
    t.equal(exitWords({ code: null, signal: 'SIGABRT' }), 'Runtime exited with error: signal: aborted');
    t.equal(exitWords({ code: null, signal: 'SIGXCPU' }), 'Runtime exited with error: signal: SIGXCPU');
    t.equal(exitWords({ code: 137, signal: 'SIGTERM' }), 'Runtime exited with error: signal: terminated');
  });

  t.test('the type of an error', async (t) => {
    const type = (json: string, header?: string): string => errorTypeOf(header, encodeText(json));
    t.equal(type('{"errorType":"A"}'), 'A');
    t.equal(type('{"errorType":"A"}', 'Header.Wins'), 'Header.Wins');
    t.equal(type('{"errorMessage":"m", "errorType" : "A\\"\\u00e4\\\\"}'), 'A"ä\\');
    t.equal(type('{"errorMessage":"say \\"errorType\\":\\"B\\"","errorType":"A"}'), 'A', 'not one that is quoted');
    t.equal(type(`{"stackTrace":["${'x'.repeat(100)}"],"errorType":"A"}`), 'A');
    for (const odd of ['', '{', 'null', '{"errorType":null}', '{"errorType":"A', '{"errorType":"A\n"}', '\xff']) {
      t.equal(type(odd), 'Runtime.Unknown', JSON.stringify(odd));
    }
  });
});

/** Gives the bytes in two pieces, cut at every place, and in single bytes; the result must be the same as whole. */
function cutAnywhere<Result>(
  t: Test,
  bytes: Uint8Array,
  read: (...pieces: Uint8Array[]) => Result,
  whole: Result,
): void {
  for (let cut = 0; cut <= bytes.length; cut++) {
    t.strictSame(read(bytes.subarray(0, cut), bytes.subarray(cut)), whole, `cut at ${cut}`);
  }
  t.strictSame(read(...Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))), whole, 'byte by byte');
}

t.test('frames', async (t) => {
  const u16 = (value: number): number[] => [value >> 8, value & 255];
  const u32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  const frame = (kind: number, ...body: readonly number[]): Uint8Array =>
    Uint8Array.from([...u32(1 + body.length), kind, ...body]);
  const text = (value: string): number[] => [...encodeText(value)];
  const next = frame(frameKinds.next);
  const response = frame(frameKinds.response, ...u16(2), ...text('id'), ...text('{}'));
  const error = frame(frameKinds.error, ...u16(2), ...text('id'), ...u32(3), ...text('ray'), ...text('"e"'));
  const joined = Uint8Array.from([...next, ...response, ...error, ...next]);
  const readable = (one: RuntimeFrame) => ('payload' in one ? { ...one, payload: decodeText(one.payload) } : one);
  const read = (...pieces: Uint8Array[]) => {
    const reader = new FrameReader();
    return pieces.flatMap((piece) => reader.push(piece)).map(readable);
  };

  t.test('come out as they went in, cut anywhere, several in a piece', async (t) => {
    cutAnywhere(t, joined, read, [
      { kind: 'next' },
      { kind: 'response', requestId: 'id', payload: '{}' },
      { kind: 'error', requestId: 'id', xrayCause: 'ray', payload: '"e"' },
      { kind: 'next' },
    ]);
  });

  t.test('fields may be empty', async (t) => {
    t.strictSame(read(frame(frameKinds.response, ...u16(0))), [{ kind: 'response', requestId: '', payload: '' }]);
    const bare = frame(frameKinds.error, ...u16(1), ...text('i'), ...u32(0));
    t.strictSame(read(bare), [{ kind: 'error', requestId: 'i', xrayCause: '', payload: '' }]);
    t.strictSame(read(new Uint8Array(0), next, new Uint8Array(0)), [{ kind: 'next' }]);
  });

  t.test('a large one is whole', async (t) => {
    const payload = new Uint8Array(6_291_556).fill(97);
    const head = Uint8Array.from([...u32(1 + 2 + payload.length), frameKinds.response, ...u16(0)]);
    const reader = new FrameReader();
    t.strictSame(reader.push(head), []);
    for (let at = 0; at < payload.length - 65_536; at += 65_536) reader.push(payload.subarray(at, at + 65_536));
    const [one] = reader.push(payload.subarray(payload.length - (payload.length % 65_536)));
    t.ok(one?.kind === 'response' && Buffer.from(one.payload).equals(payload));
    t.strictSame(reader.push(next), [{ kind: 'next' }], 'and the next one is read');
  });

  t.test('nonsense is refused', async (t) => {
    const nonsense = {
      'no length': Uint8Array.from([0, 0, 0, 0, 0]),
      'an absurd length': Uint8Array.from([...u32(0x7fffffff), 2]),
      text: encodeText('Hello, world'),
      'an unknown kind': frame(9),
      'what only we send': frame(frameKinds.invoke, ...u32(0)),
      'a head without its length': frame(frameKinds.response, 0),
      'a head that ends in the request id': frame(frameKinds.response, ...u16(5), ...text('id')),
      'a head that ends before the cause': frame(frameKinds.error, ...u16(2), ...text('id'), 0, 0),
      'a head that ends in the cause': frame(frameKinds.error, ...u16(0), ...u32(0xffffffff), ...text('x')),
    };
    for (const [name, bytes] of Object.entries(nonsense)) t.throws(() => read(bytes), { message: /^a frame/ }, name);
    t.strictSame(read(joined.subarray(0, 4)), [], 'a head that is not whole is waited for');
  });

  t.test('INVOKE carries the headers of /next and the payload', async (t) => {
    const clock = { now: () => nowMs, monotonic: () => 0, timer: () => ({ cancel() {} }) };
    const payload = encodeText('{"ü":1}');
    const input = {
      payload,
      requestId: 'id',
      traceId: 'Root=1',
      clientContext: '{"name":\n"Zoë 🎈"}',
      tenantId: 'blue',
    };
    const invocation = createInvocation(input, define(), { clock, randomId: () => uuid });
    const bytes = Buffer.concat(encodeInvoke({ invocation, deadlineMs: 1234 }));
    t.equal(bytes.readUInt32BE(0), bytes.length - 4);
    t.equal(bytes.readUInt8(4), frameKinds.invoke);
    const headersEnd = 9 + bytes.readUInt32BE(5);
    const headers = JSON.parse(bytes.toString('utf8', 9, headersEnd));
    t.match(headers, {
      'Lambda-Runtime-Aws-Request-Id': 'id',
      'Lambda-Runtime-Deadline-Ms': '1234',
      'Lambda-Runtime-Invoked-Function-Arn': define().invokedFunctionArn,
      'Lambda-Runtime-Trace-Id': 'Root=1',
      'Lambda-Runtime-Aws-Tenant-Id': 'blue',
    });
    t.notOk('Lambda-Runtime-Cognito-Identity' in headers);
    const context = headers['Lambda-Runtime-Client-Context'];
    t.strictSame(JSON.parse(context), { name: 'Zoë 🎈' });
    t.match(context, /^[\x20-\x7e]+$/, 'JSON goes into a header as visible ASCII');
    t.equal(bytes.toString('utf8', headersEnd), '{"ü":1}');
  });
});

t.test('records of the log descriptor', async (t) => {
  const record = (message: string, type: number): Uint8Array => {
    const bytes = Buffer.from(message);
    const head = Buffer.alloc((type & 2) !== 0 ? 16 : 8);
    head.writeUInt32BE(type, 0);
    head.writeUInt32BE(bytes.length, 4);
    if (head.length === 16) head.writeBigUInt64BE(1_700_000_000_000_000n, 8);
    return Buffer.concat([head, bytes]);
  };
  const read = (...pieces: Uint8Array[]): string[] => {
    const reader = new TelemetryLogReader();
    return pieces.flatMap((piece) => reader.push(piece)).map((message) => decodeText(message));
  };

  t.test('with and without a timestamp, cut anywhere', async (t) => {
    const level = 5 << 2;
    const bytes = Buffer.concat([
      record('old', 0xa55a0001),
      record('näw\n', (0xa55a0003 | level) >>> 0),
      record('', 0xa55a0003),
    ]);
    cutAnywhere(t, bytes, read, ['old', 'näw\n', '']);
  });

  t.test('bytes that are no record are handed on, short ones too', async (t) => {
    for (const stray of ['plain text of a print\n', 'hi\n', 'x', '\u00a5']) {
      t.equal(read(Buffer.from(stray)).join(''), stray, JSON.stringify(stray));
    }
    t.equal(read(record('r', 0xa55a0003), Buffer.from('hi\n'), record('s', 0xa55a0003)).join('|'), 'r|hi\n|s');
  });
});

t.test('who may call', async (t) => {
  t.test('names and addresses of this machine', async (t) => {
    const own = ['', 'localhost', 'LocalHost:9001', 'localhost:0', 'a.b.localhost:80', '127.0.0.1', '127.0.0.1:9001'];
    const more = ['[::1]', '[::1]:9001', '[::FFFF:127.0.0.1]:80', '192.168.1.20:9001', 'host.docker.internal:9001'];
    for (const authority of [...own, ...more, '0.0.0.0:9001', 'host.containers.internal']) {
      t.equal(hostIsForeign(authority), false, authority);
    }
    const foreign = [
      'evil.com',
      'evil.com:9001',
      'localhost.evil.com',
      'localhost.evil.com:9001',
      'xlocalhost',
      'LOCALHOST.',
    ];
    const odd = [
      '127.0.0.1.evil.com',
      '127.0.0.1.',
      '127.1',
      '[::1].evil.com',
      '::1',
      'localhost:',
      'localhost:80:80',
      '.',
      ' ',
    ];
    for (const authority of [...foreign, ...odd, '127.0.0.1@evil.com', '[evil.com]', '1.2.3', 'internal']) {
      t.equal(hostIsForeign(authority), true, authority);
    }
  });

  t.test('origins: pages of this machine only', async (t) => {
    const own = ['http://localhost', 'https://localhost:3000', 'http://app.localhost:80', 'http://127.0.0.1:5173'];
    for (const origin of [...own, 'http://[::1]:3000', 'http://0.0.0.0:8000'])
      t.equal(originIsForeign(origin), false, origin);
    const foreign = ['null', '', 'https://evil.com', 'http://localhost.evil.com', 'https://evil.com:9001', 'localhost'];
    const odd = [
      'file://localhost',
      'chrome-extension://localhost',
      'http://',
      'http://127.0.0.1.evil.com',
      'http://localhost.',
    ];
    // A page of another machine has another machine's address.
    for (const origin of [
      ...foreign,
      ...odd,
      'http://203.0.113.7',
      'http://[2001:db8::1]:80',
      'http://127.0.0.1@evil.com',
    ]) {
      t.equal(originIsForeign(origin), true, origin);
    }
  });

  t.test('loopback peers', async (t) => {
    for (const peer of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) t.equal(isLoopback(peer), true, peer);
    for (const peer of ['', '10.0.0.1', '::', '::2', '::ffff:10.0.0.1', '127.evil.com', '128.0.0.1', 'localhost']) {
      t.equal(isLoopback(peer), false, peer);
    }
  });
});
