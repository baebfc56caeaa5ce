import { join } from 'node:path';
import { limits } from '@lambda-bootstraps/core';
import type { Test } from 'tap';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { startFunction, taskRoot } from './python-function.ts';

export interface Candidate {
  readonly runtime: string;
  /** The executable, or undefined for what the runtime finds by itself. */
  readonly python?: string | undefined;
  readonly client: 2 | 4;
  /** The N of the Python 3.N that it is. */
  readonly minor: number;
}

const runtimeDir = (client: number): string => join(nodeMachine.root, `runtimes/python-mock/dist/ric/${client}`);

/** Client 2.x ends the lines of an error with \r where it writes no log records, which it cannot on Python 3.6. */
const lines = (log: string): string => log.replaceAll('\r', '\n');

/** What a runtime interface client must do with its native module stood in for, under a given Python. */
export async function testClient(t: Test, { runtime, python, client, minor }: Candidate): Promise<void> {
  t.jobs = 3;
  const start = (t: Test, handler: string, rest: object = {}) =>
    startFunction(t, { handler, runtime, python, ...rest });
  const asked = Number(runtime.slice('python3.'.length));

  t.test('answers one invocation after the other', async (t) => {
    const run = start(t, 'handlers.echo');
    const event = { text: 'ü € 😀 \u0000', list: [1, 2.5, null] };
    t.same((await run.invoke(event)).value, event);
    t.same((await run.invoke('second')).value, 'second');
    const starts = run.events.filter(({ type }) => type === 'environment-starting');
    t.equal(starts.length, 1);
  });

  t.test('gives the context', async (t) => {
    const run = start(t, 'handlers.facts');
    const { value } = await run.invoke(
      {},
      {
        traceId: 'Root=1-2-3',
        tenantId: 'tenant-1',
        clientContext: '{"custom":{"key":"ö"}}',
        cognitoIdentity: '{"cognitoIdentityId":"one","cognitoIdentityPoolId":"pool"}',
      },
    );
    t.match(value, {
      memory: '128',
      logGroup: '/aws/lambda/test',
      logStream: /\[\$LATEST\]/,
      deadlineIsInt: true,
      tenantId: client === 4 ? 'tenant-1' : 'unknown',
      identity: 'pool',
      clientContext: { key: 'ö' },
      traceId: 'Root=1-2-3',
    });
    const { remainingMs } = value as { remainingMs: number };
    t.ok(remainingMs > 1_000 && remainingMs <= 60_000, `${remainingMs} ms remain`);
    const second = await run.invoke({});
    t.match(second.value, { clientContext: null, identity: null }, 'none of it stays');
  });

  t.test('surrounds the function with what Lambda does', async (t) => {
    const layers = [t.testdir({})];
    const run = start(t, 'handlers.surroundings', { layers });
    const value = (await run.invoke({})).value as { environment: object; path: string[] };
    const startFile = join(runtimeDir(client), 'bootstrap.py');
    t.match(value, {
      version: [3, minor],
      arguments: [startFile],
      inheritable: [false, false],
      outermost: startFile,
      modules: [],
      environment: {
        AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
        LAMBDA_RUNTIME_DIR: runtimeDir(client),
        PYTHONPATH: runtimeDir(client),
      },
    });
    t.notOk(Object.keys(value.environment).some((name) => name.startsWith('LAMBDA_BOOTSTRAPS')));
    const lib = `${layers[0]}/python/lib/python3.${asked}/site-packages`;
    t.same(value.path.slice(0, 4), [taskRoot, lib, `${layers[0]}/python`, runtimeDir(client)]);
  });

  t.test('reports an exception with its stack', async (t) => {
    const run = start(t, 'handlers.fails');
    const { value, functionError, requestId } = await run.invoke({});
    t.equal(functionError, 'Unhandled');
    const file = join(taskRoot, 'handlers.py');
    const error = value as { stackTrace: string[] };
    t.match(error, { errorType: 'OrderError', errorMessage: 'no, ünd €\nsecond line', requestId });
    t.same(
      error.stackTrace.map((entry) => entry.replace(/line \d+/, 'line N')),
      [
        `  File "${file}", line N, in fails\n    check(event)\n`,
        `  File "${file}", line N, in check\n    raise OrderError("no, ünd €\\nsecond line")\n`,
      ],
    );
    t.match(lines(run.log()), `[ERROR] OrderError: no, ünd €\nsecond line\nTraceback (most recent call last):\n`);
  });

  t.test('tells of a function that cannot be loaded', async (t) => {
    const initError = async (handler: string) => (await start(t, handler).invoke({})).value as object;
    t.match(await initError('missing.handler'), {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Unable to import module 'missing': No module named 'missing'",
    });
    const syntax = await initError('broken_syntax.handler');
    t.match(syntax, {
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: /^Syntax error in module 'broken_syntax': /,
      stackTrace: [/^ {2}File ".*broken_syntax\.py" Line [23]\n/],
    });
    t.match(await initError('handlers.nothing'), {
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: "Handler 'nothing' missing on module 'handlers'",
    });
    t.match(await initError('handlers'), {
      errorType: 'Runtime.MalformedHandlerName',
      errorMessage: "Bad handler 'handlers': not enough values to unpack (expected 2, got 1)",
    });
  });

  t.test('answers with what the client makes of values', async (t) => {
    t.same((await start(t, 'handlers.values').invoke({})).value, {
      decimal: 1.1,
      point: { x: 1, y: 2 },
      list: [1.5, null, true],
      text: 'ü\u2028\u007f',
    });
    t.equal((await start(t, 'handlers.raw').invoke({})).text, '{"raw": 1}');
    t.match((await start(t, 'handlers.unserializable').invoke({})).value, {
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
    });
  });

  t.test('carries 5.5 MB in and out', async (t) => {
    const text = 'a"\\\n'.repeat(780_000);
    const answer = await start(t, 'handlers.echo').invoke({ text });
    t.ok((answer.value as { text: string }).text === text);
  });

  t.test('ends when its answer is too large, as on Lambda', async (t) => {
    const run = start(t, 'handlers.large');
    const fits = await run.invoke({ bytes: limits.responseBytes - 2 });
    t.equal(fits.functionError, undefined);
    const refused = await run.invoke({ bytes: limits.responseBytes - 1 });
    t.match(refused.value, { errorType: 'Function.ResponseSizeTooLarge' });
    t.equal((await run.invoke({ bytes: 1 })).value, 'x', 'a new environment');
    t.match(run.log(), /LAMBDA_RUNTIME Failed to post handler success response\. Http response code: 413\./);
    t.match(run.log(), /RuntimeError: Failed to post invocation response/);
    t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 2);
  });

  t.test('logs in text', async (t) => {
    const run = start(t, 'handlers.logs');
    const { requestId } = await run.invoke({});
    const log = lines(run.log());
    t.match(log, /printed\n/);
    t.match(log, new RegExp(`\\[INFO\\]\\t[-\\dT:.]+Z\\t${requestId}\\ttwo\nlines ü\n`));
    t.match(log, /\[ERROR\].*\tcaught\nTraceback \(most recent call last\):\n[\s\S]*KeyError: 'missing'/);
    t.match(log, /no end/);
    t.ok(log.indexOf('no end') < log.indexOf(`END RequestId: ${requestId}`));
  });

  t.test('logs in JSON', async (t) => {
    const run = start(t, 'handlers.logs', { environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } });
    const { requestId } = await run.invoke({});
    const records = run
      .log()
      .split('\n')
      // Standard output is another stream: what it has without an end may come before a record.
      .map((line) => line.replace(/^no end/, ''))
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    t.match(records, [
      { level: 'INFO', message: 'two\nlines ü', logger: 'root', requestId },
      { level: 'WARNING', logger: 'mine', requestId },
      { level: 'ERROR', message: 'caught', errorType: 'KeyError', stackTrace: [/handlers\.py/] },
    ]);
  });

  t.test('finds modules in layers', async (t) => {
    const lib = { [`python3.${asked}`]: { 'site-packages': { 'versioned.py': 'origin = "lower lib"\n' } } };
    const layers = t.testdir({
      lower: {
        python: {
          'shadowed.py': 'origin = "lower"\n',
          'lower_only.py': 'origin = "lower"\n',
          'versioned.py': 'origin = "lower"\n',
          lib,
        },
      },
      upper: { python: { 'shadowed.py': 'origin = "upper"\n', 'versioned.py': 'origin = "upper"\n' } },
    });
    const run = start(t, 'handlers.imports', { layers: [`${layers}/lower`, `${layers}/upper`] });
    t.same((await run.invoke({})).value, {
      shadowed: 'upper',
      lowerOnly: 'lower',
      versioned: 'lower lib',
      pythonPathOfChild: runtimeDir(client),
    });
    const own = start(t, 'handlers.imports', {
      layers: [`${layers}/upper`],
      environment: { PYTHONPATH: `${layers}/lower/python` },
    });
    t.match((await own.invoke({})).value, { shadowed: 'lower', pythonPathOfChild: `${layers}/lower/python` });
  });

  if (client === 4) {
    t.test('takes several invocations at once in processes', async (t) => {
      const folder = t.testdir({});
      const run = start(t, 'handlers.meet', { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '3' } });
      const answers = await Promise.all([1, 2, 3].map(() => run.invoke({ folder, count: 3 })));
      const values = answers.map(({ value }) => value as { process: number; requestId: string });
      t.equal(new Set(values.map(({ process }) => process)).size, 3);
      t.same(
        values.map(({ requestId }) => requestId),
        answers.map(({ requestId }) => requestId),
      );
      t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 1);
    });
  } else {
    t.test('takes no several invocations at once', async (t) => {
      const run = start(t, 'handlers.echo', { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '3' } });
      t.match((await run.invoke({})).value, { errorMessage: /several need python3\.10 or newer/ });
    });
  }
}
