import { LaunchFailure, type RuntimeDefinition } from '@lambda-bootstraps/core';
import t, { type Test } from 'tap';
import { ManualClock, settle } from '../../core/src/testing/manual-clock.ts';
import { createMemoryHost, folder, type MemoryFile } from '../../core/src/testing/memory-host.ts';
import type { MemoryContext } from '../../core/src/testing/memory-launcher.ts';
import { main } from './main.ts';
import type { Program, TerminationSignal } from './program.ts';

const version = '1.2.3';
const invocation = '/2015-03-31/functions/f/invocations';

/** A runtime in whose handler's name stands what it does. */
async function behave(context: MemoryContext): Promise<void> {
  const { environment } = context;
  const [behaviour = ''] = (environment._HANDLER ?? '').split('.');
  for (;;) {
    const { headers, text } = await context.fetch('/2018-06-01/runtime/invocation/next');
    const base = `/2018-06-01/runtime/invocation/${headers['lambda-runtime-aws-request-id']}`;
    context.writeStdout('out\n');
    context.writeStderr('err\n');
    if (behaviour === 'exits') return context.exit(3);
    if (behaviour === 'hangs') return context.ended;
    if (behaviour === 'fails') {
      await context.fetch(`${base}/error`, { method: 'POST', body: '{"errorType":"E","errorMessage":"<no>"}' });
    } else {
      const body = behaviour === 'shows' ? JSON.stringify({ environment, headers }) : text;
      await context.fetch(`${base}/response`, { method: 'POST', body });
    }
  }
}

interface Machine {
  readonly calledAs?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly stdin?: string;
  readonly runtimes?: readonly RuntimeDefinition[];
}

/** Runs the program in memory. */
function run(t: Test, given: readonly string[], machine: Machine = {}) {
  const clock = new ManualClock();
  const files = { '/folder/index.js': '', '/folder/event.json': '{"from":"file"}', ...machine.files };
  const memory = createMemoryHost({ clock, files });
  const behaving: RuntimeDefinition = {
    ...memory.runtime('behaves', behave),
    guess: async ({ taskRoot }) => (taskRoot === '/folder' ? 'behaves' : undefined),
  };
  const written = { stdout: '', stderr: '' };
  const signals: ((signal: TerminationSignal) => void)[] = [];
  const program: Program = {
    calledAs: machine.calledAs ?? 'lambda-bootstraps',
    arguments: given,
    environment: machine.environment ?? {},
    workingDirectory: '/folder',
    version,
    host: memory.host,
    launcher: memory.launcher,
    processors: 1,
    runtimes: machine.runtimes ?? [behaving],
    findExecutable: async (name) => (name === 'memory' ? 'memory' : undefined),
    write(stream, content) {
      written[stream] += typeof content === 'string' ? content : new TextDecoder().decode(content);
    },
    readStdin: async () => new TextEncoder().encode(machine.stdin ?? ''),
    onReload: () => undefined,
    onSignal: (callback) => void signals.push(callback),
  };
  let over = false;
  const exit = main(program).finally(() => {
    over = true;
  });
  const kill = (signal: TerminationSignal): void => {
    for (const callback of signals) callback(signal);
  };
  t.teardown(() => {
    for (const _ of ['drain', 'end']) kill('SIGTERM');
  });
  return {
    exit,
    written,
    kill,
    clock,
    memory,
    /** Resolves when something listens there. */
    async listening(port: number): Promise<void> {
      while (!memory.http.ports.includes(port)) {
        if (over) throw new Error(`ended before it listened: ${written.stderr}`);
        await settle();
      }
    },
    invoke: (port: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
      memory.request(`127.0.0.1:${port}`, { method: 'POST', path: invocation, body, headers }),
  };
}

/** Runs it to its end. */
async function finish(t: Test, given: readonly string[], machine: Machine = {}) {
  const { exit, written, memory } = run(t, given, machine);
  return { code: await exit, ...written, launched: memory.launcher.orders.length };
}

const report = 'REPORT RequestId: \\S+\\t.*Memory Size: \\d+ MB\\tMax Memory Used: 0 MB\\t';

t.test('who asks for nothing, for help or for the version', async (t) => {
  t.match(await finish(t, []), { code: 2, stdout: '', stderr: /^Run an AWS Lambda function here/ });
  for (const given of [
    ['--help'],
    ['-h'],
    ['help'],
    ['invoke', '--help'],
    ['serve', '-h'],
    ['invoke', 'h', '--help'],
  ]) {
    t.match(
      await finish(t, given),
      { code: 0, stdout: /^Run an AWS Lambda function here/, stderr: '' },
      given.join(' '),
    );
  }
  for (const given of [['--version'], ['-v'], ['serve', '--version']]) {
    t.match(await finish(t, given), { code: 0, stdout: `${version}\n`, stderr: '' }, given.join(' '));
  }
  t.match(await finish(t, ['init', '--help']), { code: 0, stdout: /^Run the function of an image/ });
  t.match(await finish(t, ['-h'], { calledAs: 'init' }), { code: 0, stdout: /^Run the function of an image/ });
  t.match(await finish(t, ['rie', '--help']), { code: 0, stdout: /^Emulate Lambda around a command/ });
  t.match(await finish(t, ['-h'], { calledAs: 'aws-lambda-rie-arm64' }), { code: 0, stdout: /^Emulate Lambda/ });
});

t.test('wrong usage: one line, exit code 2, and nothing is started', async (t) => {
  const usage: Record<string, RegExp> = {
    destroy: /Unknown command "destroy"/,
    invoke: /invoke needs a handler/,
    'serve --port 1': /serve needs a handler/,
    'invoke h {} extra': /Unexpected argument "extra"/,
    'serve h {}': /Unexpected argument "\{\}"/,
    'invoke h --nonsense': /Unknown flag --nonsense/,
    'invoke h --port 1': /Unknown flag --port/,
    'invoke h --timeout': /--timeout needs a value/,
    'invoke h --timeout 901': /--timeout is "901"/,
    'invoke h --timeout 0': /--timeout is "0"/,
    'invoke h --memory 1.5': /--memory is "1\.5"/,
    'serve h --port 65536': /--port is "65536"/,
    'invoke h --env 1=2': /--env has "1=2"/,
    'invoke h --env AWS_REGION=x': /--env sets AWS_REGION.*Set AWS_REGION in the environment/,
    'invoke h --env-file gone': /--env-file: cannot read \/folder\/gone: no such file/,
    'invoke h --task-dir gone': /--task-dir: \/folder\/gone is not a directory/,
    'invoke h --layer index.js': /--layer: \/folder\/index\.js is not a directory/,
    'invoke h --runtime cobol1': /Unknown runtime "cobol1"/,
    'invoke h --task-dir /other': /No runtime could be guessed from \/other/,
    'invoke h @gone.json': /EVENT: cannot read \/folder\/gone\.json/,
    'invoke h {': /The event \(the argument\) is not valid JSON/,
    'rie --runtime-api-address nowhere memory': /--runtime-api-address is "nowhere": write HOST:PORT/,
    'rie --runtime-interface-emulator-address :99999 memory': /--runtime-interface-emulator-address is "99999"/,
    'init --nonsense': /Unknown flag --nonsense/,
  };
  for (const [line, words] of Object.entries(usage)) {
    const end = await finish(t, line.split(' '), { files: { '/other': folder } });
    t.match(end, { code: 2, stdout: '', stderr: words, launched: 0 }, line);
    t.match(end.stderr, /^lambda-bootstraps: .+\n$/, `${line}: one line`);
  }
  for (const [name, value] of Object.entries({
    AWS_LAMBDA_FUNCTION_TIMEOUT: 'abc',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1.5',
    DOCKER_LAMBDA_RUNTIME_PORT: '-1',
  })) {
    const end = await finish(t, ['echo'], { calledAs: 'init', environment: { [name]: value } });
    t.match(end, { code: 2, stderr: new RegExp(`^init: ${name} is "${value}"`), launched: 0 });
  }
});

t.test('invoke', async (t) => {
  t.test('the result alone on stdout, everything else on stderr', async (t) => {
    const end = await finish(t, ['invoke', 'echo.handler', '{ "a": 1 }']);
    t.match(end, { code: 0, stdout: '{ "a": 1 }\n' });
    const lines = ['lambda-bootstraps: runtime behaves, guessed from /folder; name another with --runtime'];
    const log = [...lines, 'START RequestId: \\S+ Version: \\$LATEST', 'out', 'err', 'END RequestId: \\S+', report];
    t.match(end.stderr, new RegExp(`^${log.join('\\n')}Init Duration: .*\\t\\n$`));
    t.notMatch((await finish(t, ['invoke', 'echo.handler', '--runtime', 'behaves'])).stderr, /guessed/);
  });

  t.test('events', async (t) => {
    const machine = { stdin: '{"from":"stdin"}' };
    const events = { '{}': [], '{"from":"file"}': ['@event.json'], '{"from":"stdin"}': ['-'], '"-1"': ['"-1"'] };
    for (const [stdout, event] of Object.entries(events)) {
      t.match(await finish(t, ['invoke', 'echo', ...event], machine), { code: 0, stdout: `${stdout}\n` }, stdout);
    }
  });

  t.test('errors of the function are results', async (t) => {
    const failed = await finish(t, ['invoke', 'fails']);
    t.match(failed, { code: 1, stdout: '{"errorType":"E","errorMessage":"<no>"}\n' });
    const exited = await finish(t, ['invoke', 'exits']);
    t.match(exited, {
      code: 1,
      stdout: /^\{"errorType":"Runtime\.ExitError","errorMessage":"RequestId: \S+ Error: .+ status 3"\}\n$/,
    });
    t.match(exited.stderr, /\tStatus: error\tError Type: Runtime\.ExitError\t\n$/);
    const { exit, clock, written } = run(t, ['invoke', 'hangs', '--timeout', '1.5']);
    await clock.advance(1_500);
    t.equal(await exit, 1);
    t.match(
      written.stdout,
      /^\{"errorType":"Sandbox\.Timedout","errorMessage":"RequestId: \S+ Error: Task timed out after 1\.50 seconds"\}\n$/,
    );
    t.match(written.stderr, /\n\S+Z \S+ Task timed out after 1\.50 seconds\n\nEND /);
  });

  t.test('what the function sees', async (t) => {
    const given = ['invoke', 'shows.it', '--memory', '512', '--function-name', 'orders', '--layer', '/layers/a'];
    const variables = [
      '--env',
      'A=flag',
      '-e',
      'PASSED',
      '--env-file',
      'one.env',
      '--env-file',
      'two.env',
      '-e',
      'GONE',
    ];
    const { code, stdout } = await finish(t, [...given, ...variables], {
      environment: {
        PATH: '/my/bin',
        PASSED: 'on',
        SECRET: 'mine',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'id',
      },
      files: { '/folder/one.env': 'A=one\nB=one\nC="one"', '/folder/two.env': 'B=two', '/layers/a': folder },
    });
    t.equal(code, 0);
    const { environment } = JSON.parse(stdout);
    t.match(environment, {
      A: 'flag',
      B: 'two',
      C: 'one',
      PASSED: 'on',
      PATH: /^\/my\/bin:/,
      _HANDLER: 'shows.it',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      LAMBDA_TASK_ROOT: '/folder',
      LD_LIBRARY_PATH: /:\/layers\/a\/lib$/,
    });
    for (const name of ['SECRET', 'GONE', 'AWS_SECRET_ACCESS_KEY']) t.notOk(name in environment, name);
  });

  t.test('a signal ends it and its runtime, and invents no result', async (t) => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { exit, written, kill } = run(t, ['invoke', 'hangs']);
      while (!written.stderr.includes('err\n')) await settle();
      kill(signal);
      t.equal(await exit, code, signal);
      await settle();
      t.equal(written.stdout, '');
    }
  });

  t.test('what is our own fault says so', async (t) => {
    const plan = async () => Promise.reject(new Error('surprise'));
    const memory = createMemoryHost();
    const broken = { ...memory.runtime('broken', behave), plan };
    t.match(await finish(t, ['invoke', 'h', '--runtime', 'broken'], { runtimes: [broken] }), {
      code: 70,
      stdout: '',
      stderr: /^lambda-bootstraps: this is a defect .* report it: Error: surprise\n/,
    });
    const failing = { ...broken, plan: () => Promise.reject(new LaunchFailure('fork/exec x: permission denied')) };
    t.match(await finish(t, ['invoke', 'h', '--runtime', 'broken'], { runtimes: [failing] }), {
      code: 1,
      stdout: /"errorType":"Runtime\.InvalidEntrypoint".* Error: fork\/exec x: permission denied"/,
    });
  });
});

t.test('serve', async (t) => {
  t.test('answers until a signal, and lets what runs end', async (t) => {
    const { exit, written, listening, invoke, kill, memory } = run(t, ['serve', 'echo', '--port', '9123']);
    await listening(9123);
    const answer = await invoke(9123, '{"a":1}');
    t.match(answer, { status: 200, text: '{"a":1}', headers: { 'x-amz-executed-version': '$LATEST' } });
    t.match(
      written.stderr,
      /Lambda API listening on port 9123\.\.\.\nInvoke it: curl -d '\{\}' http:\/\/127\.0\.0\.1:9123\/2015/,
    );
    t.equal(written.stdout, 'out\n', 'the streams of the function stay apart');
    t.equal((await invoke(9123, '{}', { Origin: 'https://evil.com' })).status, 403);
    t.equal((await invoke(9123, '{}', { Host: 'evil.com:9123' })).status, 403);
    kill('SIGTERM');
    t.equal(await exit, 0);
    t.strictSame(memory.http.ports, []);
  });

  t.test('a second signal ends it at once', async (t) => {
    const { exit, written, listening, invoke, kill } = run(t, ['serve', 'hangs', '-p', '9123', '--host', '0.0.0.0']);
    await listening(9123);
    const answer = invoke(9123, '{}').catch((error: Error) => error);
    while (!written.stderr.includes('err\n')) await settle();
    kill('SIGTERM');
    await settle();
    t.equal((await invoke(9123, '{}')).status, 503, 'no new invocations');
    kill('SIGTERM');
    t.equal(await exit, 0);
    await answer;
  });

  t.test('a busy port is said with the flag that would help', async (t) => {
    const first = run(t, ['serve', 'echo']);
    await first.listening(9001);
    await t.rejects(first.memory.host.http.listen({ address: '127.0.0.1', port: 9001, source: 'x' }, () => undefined));
    const busy = createMemoryHost();
    await busy.host.http.listen({ address: '127.0.0.1', port: 9001, source: 'x' }, () => undefined);
    const { stderr, code } = await finishOn(busy.host, ['serve', 'echo', '--runtime', 'behaves']);
    t.equal(code, 2);
    t.match(stderr, /^lambda-bootstraps: Port 9001 on 127\.0\.0\.1 is already in use \(--port\)/);
  });
});

t.test("docker-lambda's init", async (t) => {
  const green = (line: string): string => `\\u001b\\[32m${line}\\u001b\\[0m\\n`;

  t.test('one execution', async (t) => {
    for (const [given, machine] of [
      [['init', 'echo', '{ "a": "<b>" }'], {}],
      [['echo', '{ "a": "<b>" }'], { calledAs: 'init' }],
      [[], { calledAs: 'init', environment: { _HANDLER: 'echo', AWS_LAMBDA_EVENT_BODY: '{"a":"<b>"}' } }],
      [['echo', ''], { calledAs: 'init', environment: { DOCKER_LAMBDA_USE_STDIN: '1' }, stdin: '{"a":"<b>"}' }],
      [
        [],
        {
          calledAs: 'init',
          stdin: '{"a":"<b>"}',
          environment: { AWS_LAMBDA_FUNCTION_HANDLER: 'echo', _HANDLER: 'x', DOCKER_LAMBDA_USE_STDIN: '1' },
        },
      ],
    ] as const) {
      const end = await finish(t, given, machine);
      t.match(end, { code: 0, stdout: '\n{"a":"\\u003cb\\u003e"}\n' }, JSON.stringify([given, machine]));
    }
    const { stderr } = await finish(t, ['init', 'echo']);
    const reported = report.replace('\\t.*', '\\tInit Duration: .*');
    const lines = [
      green('START RequestId: \\S+ Version: \\$LATEST'),
      'out\\nerr\\n',
      green('END RequestId: \\S+'),
      green(reported),
    ];
    t.match(stderr, new RegExp(`^${lines.join('')}$`));
  });

  t.test('its errors', async (t) => {
    t.match(await finish(t, ['init', 'fails']), {
      code: 1,
      stdout: '\n{"errorType":"E","errorMessage":"\\u003cno\\u003e"}\n',
    });
    t.match(await finish(t, ['init', 'echo', '{bad']), { code: 1, stdout: '', stderr: /not valid JSON/, launched: 0 });
    for (const value of ['[1]', '{}', 'nonsense']) {
      const end = await finish(t, ['--bootstrap-args', value, 'echo'], { calledAs: 'init' });
      t.match(
        end,
        { code: 1, stderr: /^Value of --bootstrap-args should be a JSON Array\. Error: .+\n$/, launched: 0 },
        value,
      );
    }
    const missing = await finish(t, ['h'], { calledAs: 'init', runtimes: [], files: { '/opt': folder } });
    t.match(missing, {
      code: 1,
      stdout: /Error: Couldn't find valid bootstrap\(s\): \[\/folder\/bootstrap \/opt\/bootstrap\]"/,
    });
    const { exit, clock, written } = run(t, ['init', 'hangs'], { environment: { AWS_LAMBDA_FUNCTION_TIMEOUT: '2' } });
    await clock.advance(2_000);
    t.equal(await exit, 1);
    t.match(
      written.stdout,
      /^\n\{"errorMessage":"2026-11-21T12:00:02\.000Z \S+ Task timed out after 2\.00 seconds"\}\n$/,
    );
  });

  t.test('what passes through', async (t) => {
    const { stdout } = await finish(t, ['shows'], {
      calledAs: 'init',
      environment: {
        ANY: 'thing',
        AWS_ACCESS_KEY: 'first',
        AWS_ACCESS_KEY_ID: 'second',
        AWS_REGION: 'ap-south-1',
        AWS_ACCOUNT_ID: '1234-5678-9012',
        AWS_LAMBDA_CLIENT_CONTEXT: '{"client":1}',
        AWS_LAMBDA_COGNITO_IDENTITY: '{"cognitoIdentityId":"i"}',
        _X_AMZN_TRACE_ID: 'Root=1-2-3',
      },
    });
    t.match(JSON.parse(stdout), {
      environment: {
        ANY: 'thing',
        AWS_ACCESS_KEY_ID: 'first',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_REGION: 'ap-south-1',
        AWS_DEFAULT_REGION: 'ap-south-1',
        AWS_LAMBDA_FUNCTION_NAME: 'test',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1536',
        AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      },
      headers: {
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:ap-south-1:123456789012:function:test',
        'lambda-runtime-client-context': '{"client":1}',
        'lambda-runtime-cognito-identity': '{"cognitoIdentityId":"i"}',
        'lambda-runtime-trace-id': 'Root=1-2-3',
      },
    });
  });

  for (const [name, environment, api, runtimeApi] of [
    ['both APIs on one port', {}, 9001, 9001],
    ['each API on its own', { DOCKER_LAMBDA_API_PORT: '9101' }, 9101, 9001],
  ] as const) {
    t.test(`staying open, ${name}`, async (t) => {
      const machine = { calledAs: 'init', environment: { DOCKER_LAMBDA_STAY_OPEN: '1', ...environment } };
      const { exit, written, listening, invoke, kill, memory } = run(t, ['echo'], machine);
      await listening(api);
      t.equal((await invoke(api, '1')).text, '1');
      t.equal((await invoke(api, '2')).text, '2');
      t.match(written.stderr, new RegExp(`^${green(`Lambda API listening on port ${api}\\.\\.\\.`)}`));
      const next = { path: '/2018-06-01/runtime/invocation/next', peer: '10.0.0.1' };
      t.equal((await memory.request(`127.0.0.1:${runtimeApi}`, next)).status, 403, 'strangers get no event');
      kill('SIGTERM');
      t.equal(await exit, 0);
      t.strictSame(memory.http.ports, []);
    });
  }
});

t.test("the emulator's door", async (t) => {
  const addresses = ['--runtime-interface-emulator-address', '127.0.0.1:9180', '--runtime-api-address=127.0.0.1:9181'];
  const machine = {
    calledAs: 'aws-lambda-rie-x86_64',
    environment: { MESSAGE: '4=4', AWS_LAMBDA_FUNCTION_TIMEOUT: '1' },
  };

  t.test('runs a command as it is, with flags before or behind it', async (t) => {
    for (const given of [
      [...addresses, 'memory', 'behaves', 'shows.it'],
      ['memory', 'behaves', 'shows.it', ...addresses],
    ]) {
      const { exit, written, listening, invoke, kill, memory } = run(t, given, machine);
      await listening(9180);
      const { environment, headers } = JSON.parse((await invoke(9180, '{}')).text);
      t.strictSame(memory.launcher.orders[0]?.command, ['memory', 'behaves', 'shows.it']);
      t.match(environment, {
        MESSAGE: '4=4',
        _HANDLER: 'shows.it',
        AWS_LAMBDA_FUNCTION_NAME: 'test_function',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3008',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Functions',
        AWS_LAMBDA_LOG_STREAM_NAME: '$LATEST',
        AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9181',
      });
      t.match(
        headers['lambda-runtime-invoked-function-arn'],
        /^arn:aws:lambda:us-east-1:012345678912:function:test_function$/,
      );
      t.match(written.stdout, /^START RequestId: \S+ Version: \$LATEST\nout\nEND RequestId: \S+\nREPORT .*\t\n$/);
      t.match(written.stderr, /^\S.* exec 'memory' \(cwd=\S+, handler=shows\.it\)\nerr\n$/);
      kill('SIGTERM');
      t.equal(await exit, 0);
    }
  });

  t.test('fewer than three words name no handler; an unknown command is told to the caller', async (t) => {
    const environment = { AWS_LAMBDA_FUNCTION_HANDLER: 'shows.two' };
    const two = run(t, [...addresses, 'memory', 'behaves'], { ...machine, environment });
    await two.listening(9180);
    t.equal(JSON.parse((await two.invoke(9180, '{}')).text).environment._HANDLER, 'shows.two');
    const unknown = run(t, [...addresses, 'nobody'], machine);
    await unknown.listening(9180);
    t.match((await unknown.invoke(9180, '{}')).text, /Error: exec: \\"nobody\\": executable file not found in \$PATH"/);
  });

  t.test('a timeout is plain text', async (t) => {
    const { clock, listening, invoke, written } = run(t, [...addresses, 'memory', 'behaves', 'hangs'], machine);
    await listening(9180);
    const answer = invoke(9180, '{}');
    while (!written.stderr.includes('err\n')) await settle();
    await clock.advance(1_000);
    t.match(await answer, { status: 200, text: 'Task timed out after 1.00 seconds' });
  });
});

/** Runs it on a given host, for what the host has open already. */
async function finishOn(host: Program['host'], given: readonly string[]) {
  const memory = createMemoryHost();
  const stderr: string[] = [];
  const code = await main({
    calledAs: 'lambda-bootstraps',
    arguments: given,
    environment: {},
    workingDirectory: '/',
    version,
    host: { ...host, files: { ...host.files, stat: async () => ({ kind: 'directory', executable: false }) } },
    launcher: memory.launcher,
    processors: 1,
    runtimes: [memory.runtime('behaves', behave)],
    findExecutable: async () => undefined,
    write: (stream, content) => void (stream === 'stderr' && stderr.push(String(content))),
    readStdin: async () => new Uint8Array(0),
    onReload: () => undefined,
    onSignal: () => undefined,
  });
  return { code, stderr: stderr.join('') };
}
