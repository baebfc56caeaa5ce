import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t, { type Test } from 'tap';
import { type DoorOptions, DoorProcess, freePort, nodejsName, runDoor, serve } from './door-process.ts';

t.setTimeout(280_000);

const layer = fileURLToPath(new URL('../../fixtures/layers/telemetry', import.meta.url));

const functionCode = `
export const handler = async (event) => {
  console.log('handling ' + event.name);
  switch (event.do) {
    case 'throw': throw new RangeError('thrown');
    case 'exit': process.exit(3);
    case 'hang': return new Promise(() => setInterval(() => {}, 1_000));
    case 'write': for (let line = 0; line < event.lines; line++) console.log('x'.repeat(1_000));
  }
  return event.name;
};`;

interface Told {
  readonly time: string;
  readonly type: string;
  readonly record: { readonly requestId?: string; readonly status?: string; readonly [name: string]: unknown };
}

/** A function with an extension that records what it subscribes to. */
function functionWith(t: Test, subscription: object = {}) {
  const folder = t.testdir({ 'index.mjs': functionCode });
  const file = join(folder, 'record');
  const variables = { TELEMETRY: JSON.stringify(subscription), RECORD: file };
  const environment = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  return {
    options: { cwd: folder } satisfies DoorOptions,
    flags: ['--layer', layer, '--timeout', '4', ...environment],
    told: (): Told[] =>
      readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

async function serveWith(t: Test, subscription?: object, flags: readonly string[] = []) {
  const made = functionWith(t, subscription);
  const server = await serve(t, 'index.handler', [...made.flags, '--concurrency', '1', ...flags], made.options);
  return {
    ...made,
    invoke: async (event: object) => (await server.invoke(JSON.stringify(event))).text,
    async end() {
      server.door.child.kill('SIGTERM');
      return server.door.ended;
    },
  };
}

const platform = (told: readonly Told[]): string[] =>
  told.flatMap(({ type }) => (type.startsWith('platform.') ? [type.slice('platform.'.length)] : []));

/** The extension and the runtime become ready in either order. */
const sorted = (types: readonly string[]): string[] => [
  ...types.slice(0, 2),
  ...types.slice(2, 4).sort(),
  ...types.slice(4),
];

const initialized = ['initStart', 'telemetrySubscription', 'extension', 'initRuntimeDone', 'initReport'];
const invoked = ['start', 'runtimeDone', 'report'];

t.test('cold start, warm invocation, error, timeout, exit and shutdown, in the documented order', async (t) => {
  const { invoke, told, end } = await serveWith(t);
  t.equal(await invoke({ name: 'cold' }), '"cold"');
  t.equal(await invoke({ name: 'warm' }), '"warm"');
  t.match(await invoke({ name: 'error', do: 'throw' }), /RangeError/);
  t.match(await invoke({ name: 'timeout', do: 'hang' }), /Sandbox\.Timedout/);
  t.match(await invoke({ name: 'exit', do: 'exit' }), /Runtime\.ExitError/);
  t.equal(await invoke({ name: 'last' }), '"last"');
  t.equal((await end()).code, 0);

  const all = told();
  const starts = all.flatMap(({ type }, index) => (type === 'platform.initStart' ? [index] : []));
  const environments = starts.map((start, index) => all.slice(start, starts[index + 1]));
  t.strictSame(environments.map(platform).map(sorted), [
    [...initialized, ...invoked, ...invoked, ...invoked, ...invoked],
    [...initialized, ...invoked],
    [...initialized, ...invoked],
  ]);

  const of = (type: string) => all.filter((event) => event.type === `platform.${type}`).map(({ record }) => record);
  t.match(
    of('runtimeDone').map(({ status }) => status),
    ['success', 'success', 'error', 'timeout', /failure|error/, 'success'],
  );
  t.match(of('report'), [
    { status: 'success', metrics: { initDurationMs: Number }, spans: [{ name: 'extensionOverhead' }] },
    { status: 'success', metrics: { billedDurationMs: Number } },
    { status: 'success' },
    { status: 'timeout', metrics: { durationMs: 4_000 } },
    { status: 'error', errorType: 'Runtime.ExitError' },
    { status: 'success', metrics: { initDurationMs: Number } },
  ]);
  t.match(of('extension')[0], { name: 'telemetry', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] });
  for (const { requestId } of of('start')) {
    t.equal(all.filter(({ record }) => record.requestId === requestId).length, 3, 'each has its own id');
  }

  const lines = all.flatMap(({ type, record }) => (type === 'function' ? [String(record)] : []));
  for (const name of ['cold', 'warm', 'error', 'timeout', 'exit', 'last']) {
    t.equal(lines.filter((line) => line.endsWith(`handling ${name}`)).length, 1, name);
  }

  const schema = new URL('../../../packages/core/schema/telemetry-2025-01-29.json', import.meta.url);
  const validate = new Ajv2020({ strictTypes: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));
  t.strictSame(
    all.filter((event) => !validate(event)),
    [],
    'all are as the schema has them',
  );
});

t.test('by TCP', async (t) => {
  const { invoke, told, end } = await serveWith(t, { protocol: 'TCP' });
  await invoke({ name: 'one' });
  t.equal((await end()).code, 0);
  t.strictSame(sorted(platform(told())), [...initialized, ...invoked]);
});

t.test('the Logs API', async (t) => {
  const { invoke, told, end } = await serveWith(t, { path: '/2020-08-15/logs', schemaVersion: '2021-03-18' });
  await invoke({ name: 'one' });
  await invoke({ name: 'two', do: 'exit' });
  t.equal((await end()).code, 0);
  t.strictSame(platform(told()), [
    ...['logsSubscription', 'extension', 'start', 'runtimeDone', 'end', 'report'],
    ...['start', 'runtimeDone', 'fault', 'end', 'report'],
  ]);
});

t.test('the JSON log format: lines of the function come as objects, the log has platform events', async (t) => {
  const { flags, options, told } = functionWith(t);
  const ended = await runDoor(
    t,
    'lambda-bootstraps',
    ['invoke', 'index.handler', '{"name":"one"}', '--runtime', nodejsName, ...flags, '--log-format', 'JSON'],
    options,
  );
  t.equal(ended.stdout, '"one"\n');
  const line = told().find(({ type }) => type === 'function');
  t.match(line?.record, { level: 'INFO', message: 'handling one' });
  const log = ended.stderr.split('\n').flatMap((text) => (text.startsWith('{') ? [JSON.parse(text)] : []));
  t.strictSame(
    log.map(({ type, message }) => type ?? message),
    ['platform.telemetrySubscription', 'platform.extension', 'platform.start', 'handling one', 'platform.report'],
  );
  t.notMatch(ended.stderr, /START|REPORT/);

  const warnings = await runDoor(
    t,
    'lambda-bootstraps',
    [
      ...['invoke', 'index.handler', '{"name":"one"}', '--runtime', nodejsName, '--log-format', 'JSON'],
      ...['--env', 'AWS_LAMBDA_LOG_LEVEL=WARN', '--system-log-level', 'WARN'],
    ],
    options,
  );
  t.equal(warnings.stdout, '"one"\n');
  t.notMatch(warnings.stderr, /^\{/m, 'nothing to warn of, neither by the function nor by Lambda');
});

for (const behaviour of ['silent', 'away']) {
  t.test(`a subscriber that is ${behaviour} slows and loses nothing`, async (t) => {
    const { invoke, end } = await serveWith(t, { behaviour });
    for (let count = 0; count < 5; count++) {
      // Some megabytes, which no buffer holds.
      t.equal(await invoke({ name: `${count}`, do: 'write', lines: 2_000 }), `"${count}"`);
    }
    const ended = await end();
    t.equal(ended.code, 0);
    t.notMatch(ended.stdout + ended.stderr, /Status: timeout/);
  });
}

t.test('a subscription that is wrong is told why', async (t) => {
  const { flags, options } = functionWith(t, { types: ['all'], buffering: { maxItems: 1 } });
  const ended = await runDoor(
    t,
    'lambda-bootstraps',
    ['invoke', 'index.handler', '{}', '--runtime', nodejsName, ...flags],
    options,
  );
  t.match(ended.stderr, /subscription: 400 .*types must be .*buffering\.maxItems must be .*ValidationError/);
});

t.test('docker-lambda and RIE take the JSON log format by its variable', async (t) => {
  const options = { cwd: t.testdir({ 'index.mjs': functionCode }) };
  const environment = {
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_EXECUTION_ENV: `AWS_Lambda_${nodejsName}`,
    LAMBDA_TASK_ROOT: options.cwd,
    DOCKER_LAMBDA_RUNTIME_PORT: String(await freePort()),
  };
  const ended = await runDoor(t, 'init', ['index.handler', '{"name":"one"}'], { ...options, environment });
  const types = (text: string): string[] =>
    text.split('\n').flatMap((line) => (/^\{"time":/.test(line) ? [JSON.parse(line).type] : []));
  t.strictSame(types(ended.stderr), ['platform.start', 'platform.report']);

  const debug = { ...environment, LAMBDA_BOOTSTRAPS_SYSTEM_LOG_LEVEL: 'DEBUG' };
  const all = await runDoor(t, 'init', ['index.handler', '{"name":"one"}'], { ...options, environment: debug });
  t.strictSame(types(all.stderr), [
    ...['platform.initStart', 'platform.initRuntimeDone', 'platform.initReport'],
    ...['platform.start', 'platform.runtimeDone', 'platform.report'],
  ]);
  const wrong = { ...environment, LAMBDA_BOOTSTRAPS_SYSTEM_LOG_LEVEL: 'LOUD' };
  t.match(
    (await runDoor(t, 'init', ['index.handler'], { ...options, environment: wrong })).stderr,
    /must be DEBUG, INFO or WARN/,
  );

  const rie = new DoorProcess(t, 'aws-lambda-rie', ['--runtime-interface-emulator-address', '127.0.0.1:0', 'true'], {
    ...options,
    environment: { AWS_LAMBDA_LOG_FORMAT: 'XML' },
  });
  t.match((await rie.ended).stderr, /AWS_LAMBDA_LOG_FORMAT is "XML": it must be JSON or Text/);
});
