import t, { type Test } from 'tap';
import { type DoorOptions, DoorProcess, fixture, freePort, invokeAt, runDoor } from './door-process.ts';
import { pythonIsMissing, pythonPackages } from './python-packages.ts';

t.jobs = 2;
t.setTimeout(280_000);

const emulate = (t: Test, handler: string, environment: Readonly<Record<string, string>> = {}) =>
  emulateCommand(t, ['/bin/bash', `${fixture('provided')}/bootstrap`, handler], {
    environment: { LAMBDA_TASK_ROOT: fixture('provided'), ...environment },
  });

async function emulateCommand(t: Test, command: readonly string[], options: DoorOptions) {
  const [api, runtime] = [await freePort(), await freePort()];
  const args = [
    ...['--runtime-interface-emulator-address', `127.0.0.1:${api}`, ...command],
    // Also behind the handler, as its own tests have it.
    ...['--runtime-api-address', `127.0.0.1:${runtime}`],
  ];
  const door = new DoorProcess(t, 'aws-lambda-rie', args, options);
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${api}/2018-06-01/ping`).catch(() => undefined);
    if (answer?.ok) break;
    if (tries > 400) throw new Error(door.stderr);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { door, invoke: (event: string, headers?: Record<string, string>) => invokeAt(api, event, headers) };
}

t.test("a user's command is the runtime, its last word the handler", async (t) => {
  const { door, invoke } = await emulate(t, 'echo');
  t.equal((await invoke('{"a":1}')).text, '{"a":1}');
  t.equal((await invoke('"again"')).text, '"again"');
  await door.hears(
    'stdout',
    /REPORT RequestId: \S+\tInit Duration: [\d.]+ ms\tDuration: [\d.]+ ms\t.*Memory Size: 3008 MB/,
  );
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
});

t.test('its defaults, and variables that pass through', async (t) => {
  const { invoke } = await emulate(t, 'environment', { MINE: '4=4' });
  t.match(JSON.parse((await invoke('{}')).text), {
    MINE: '4=4',
    AWS_LAMBDA_FUNCTION_NAME: 'test_function',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3008',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Functions',
    AWS_LAMBDA_LOG_STREAM_NAME: '$LATEST',
    _HANDLER: 'environment',
  });
});

t.test('a timeout is plain text', async (t) => {
  const { invoke } = await emulate(t, 'loop', { AWS_LAMBDA_FUNCTION_TIMEOUT: '1' });
  t.equal((await invoke('{}')).text, 'Task timed out after 1.00 seconds');
});

t.test('a command that is not there is told, and the server lives', async (t) => {
  const api = await freePort();
  const args = [
    '--runtime-interface-emulator-address',
    `127.0.0.1:${api}`,
    '--runtime-api-address',
    `127.0.0.1:${await freePort()}`,
  ];
  const door = new DoorProcess(t, 'aws-lambda-rie', [...args, 'no-such-command', 'x', 'y']);
  for (;;) {
    const answer = await invokeAt(api, '{}').catch(() => undefined);
    if (answer) {
      t.match(JSON.parse(answer.text), {
        errorType: 'Runtime.InvalidEntrypoint',
        errorMessage: /executable file not found in \$PATH/,
      });
      break;
    }
    t.equal(door.child.exitCode, null);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
});

t.test(
  "what RIE's own integration tests assert, with the official Python client",
  { skip: pythonIsMissing() },
  async (t) => {
    const PYTHONPATH = await pythonPackages('awslambdaric==4.0.2');
    const run = async (handler: string, environment: Readonly<Record<string, string>> = {}) => {
      const command = ['python3', '-m', 'awslambdaric', `main.${handler}`];
      return emulateCommand(t, command, { cwd: fixture('python'), environment: { PYTHONPATH, ...environment } });
    };

    const success = await run('success_handler');
    t.equal((await success.invoke('{}')).text, '"My lambda ran successfully"');
    t.equal((await success.invoke('{}')).text, '"My lambda ran successfully"', 'twice in a row');
    await success.door.hears('stderr', /exec '\S*python3' \(cwd=\S+, handler=main\.success_handler\)/);

    const equals = await run('environment_handler', { MINE: '4=4' });
    t.equal((await equals.invoke('{}')).text, '"4=4"', 'a variable with an equal sign');

    const arn = await run('arn_handler');
    t.match((await arn.invoke('{}')).text, 'arn:aws:lambda:us-east-1:012345678912:function:test_function');
    const named = await run('arn_handler', { AWS_LAMBDA_FUNCTION_NAME: 'custom_name' });
    t.match((await named.invoke('{}')).text, 'arn:aws:lambda:us-east-1:012345678912:function:custom_name');

    const sleeper = await run('sleep_handler', { AWS_LAMBDA_FUNCTION_TIMEOUT: '1' });
    t.equal((await sleeper.invoke('{}')).text, 'Task timed out after 1.00 seconds');
    t.equal((await sleeper.invoke('{"seconds":0}')).text, '"slept"', 'and the next invocation works');

    const raises = await run('exception_handler');
    t.match(JSON.parse((await raises.invoke('{}')).text), {
      errorMessage: 'Raising an exception',
      errorType: 'Exception',
      stackTrace: [
        /^ {2}File ".*main\.py", line \d+, in exception_handler\n {4}raise Exception\("Raising an exception"\)\n$/,
      ],
    });

    for (const [timeout, remaining] of [
      ['3', 2_000],
      ['10', 9_000],
      ['', 299_000],
    ] as const) {
      const clock = await run('remaining_time_handler', { AWS_LAMBDA_FUNCTION_TIMEOUT: timeout });
      const left = Number((await clock.invoke('{}')).text);
      t.ok(Math.abs(left - remaining) < 1_000, `${left} ms remain of ${timeout || 'the default'}`);
    }

    const context = await run('context_handler');
    const clientContext = Buffer.from('{"custom":{"a":"b"},"client":{"app_title":"mine"}}').toString('base64');
    t.same(JSON.parse((await context.invoke('{}', { 'X-Amz-Client-Context': clientContext })).text), {
      custom: { a: 'b' },
      title: 'mine',
      name: 'test_function',
    });
  },
);

t.test('a level of the log: info tells what is executed, error does not, debug tells more', async (t) => {
  const quiet = await emulate(t, 'echo', { LOG_LEVEL: 'error' });
  await quiet.invoke('{}');
  await quiet.door.hears('stdout', /REPORT/);
  t.equal(quiet.door.stderr, '');
  const loud = await emulate(t, 'echo', { LOG_LEVEL: 'DEBUG' });
  await loud.invoke('{}');
  await loud.door.hears('stderr', /^\d\d \w{3} \d{4} \d\d:\d\d:\d\d,\d{3} \[DEBUG\] \(rapid\) invocation-completed/m);
  t.match(loud.door.stderr, /"payload":"2 bytes"/, 'what may be large is told by its size');
  const wrong = await runDoor(t, 'aws-lambda-rie', ['--log-level', 'chatty', 'x']);
  t.match(wrong.stderr, /--log-level is "chatty": it must be trace, debug, info, warn, error, fatal or panic/);
  t.equal(wrong.code, 2);
});

t.test('an address that is none is named', async (t) => {
  const ended = await runDoor(t, 'aws-lambda-rie', ['--runtime-api-address', '9001', 'x']);
  t.match(ended.stderr, /--runtime-api-address is "9001": write HOST:PORT/);
  t.equal(ended.code, 2);
});
