import t from 'tap';
import { DoorProcess, fixture, freePort, invokeAt, runDoor } from './door-process.ts';

t.jobs = 2;

async function emulate(t: import('tap').Test, handler: string, environment: Readonly<Record<string, string>> = {}) {
  const [api, runtime] = [await freePort(), await freePort()];
  const args = [
    ...[
      '--runtime-interface-emulator-address',
      `127.0.0.1:${api}`,
      '/bin/bash',
      `${fixture('provided')}/bootstrap`,
      handler,
    ],
    // Also behind the handler, as its own tests have it.
    ...['--runtime-api-address', `127.0.0.1:${runtime}`],
  ];
  const door = new DoorProcess(t, 'aws-lambda-rie', args, {
    environment: { LAMBDA_TASK_ROOT: fixture('provided'), ...environment },
  });
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

t.test('an address that is none is named', async (t) => {
  const ended = await runDoor(t, 'aws-lambda-rie', ['--runtime-api-address', '9001', 'x']);
  t.match(ended.stderr, /--runtime-api-address is "9001": write HOST:PORT/);
  t.equal(ended.code, 2);
});
