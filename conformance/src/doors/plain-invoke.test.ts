import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DoorProcess, fixture, nodejsName, programName, programPath, runDoor } from './door-process.ts';

t.jobs = 2;

const invoke = ['invoke', '--runtime', nodejsName] as const;

t.test('only the result is on stdout, and the exit code is 0', async (t) => {
  const ended = await runDoor(t, 'lambda-bootstraps', [...invoke, 'index.echo', '{"a":1}']);
  t.equal(ended.stdout, '{"a":1}\n');
  t.equal(ended.code, 0);
  t.match(ended.stderr, /^START RequestId: \S+ Version: \$LATEST\nEND RequestId: \S+\nREPORT RequestId: /m);
});

t.test('the runtime is guessed from the folder, and said', async (t) => {
  const nodejs = await runDoor(
    t,
    'lambda-bootstraps',
    ['invoke', 'index.echo', '[]', '--task-dir', fixture('nodejs')],
    { cwd: '/' },
  );
  t.equal(nodejs.stdout, '[]\n');
  t.match(nodejs.stderr, new RegExp(`runtime ${nodejsName.replace('.', '\\.')}, guessed from `));
  const provided = await runDoor(t, 'lambda-bootstraps', ['invoke', 'echo', '[]', '--task-dir', fixture('provided')]);
  t.equal(provided.stdout, '[]\n');
  t.match(provided.stderr, /runtime provided\.al2023, guessed from /);
});

t.test("a handler's error is on stdout, and the exit code is 1", async (t) => {
  const ended = await runDoor(t, 'lambda-bootstraps', [...invoke, 'index.throws', '{}']);
  t.match(JSON.parse(ended.stdout), {
    errorType: 'TypeError',
    errorMessage: 'it is broken',
    trace: [/^TypeError/, String],
  });
  t.equal(ended.code, 1);
});

t.test('events come from a file and from standard input', async (t) => {
  const folder = t.testdir({ 'event.json': '{"from":"file"}' });
  const file = await runDoor(t, 'lambda-bootstraps', [...invoke, 'index.echo', `@${join(folder, 'event.json')}`]);
  t.equal(file.stdout, '{"from":"file"}\n');
  const stdin = await runDoor(t, 'lambda-bootstraps', [...invoke, 'index.echo', '-'], { stdin: '{"from":"stdin"}' });
  t.equal(stdin.stdout, '{"from":"stdin"}\n');
});

t.test('wrong usage names what is wrong, and the exit code is 2', async (t) => {
  const big = join(t.testdir({}), 'big.json');
  writeFileSync(big, `"${'x'.repeat(6_291_456)}"`);
  const wrong: [readonly string[], RegExp][] = [
    [[...invoke, 'index.echo', '{bad'], /The event \(the argument\) is not valid JSON: .+Give JSON text/],
    [
      [...invoke, 'index.echo', '\ufeff{}'],
      /The event \(the argument\) is not valid JSON: it begins with a byte order mark/,
    ],
    [
      [...invoke, 'index.echo', '--function-name', 'ü'],
      /--function-name: "ü" has characters that are no visible ASCII/,
    ],
    [['serve', 'index.echo', '--host', ''], /--host: an address is needed/],
    [[...invoke, 'index.echo', '@nowhere.json'], /EVENT: cannot read \/.*nowhere\.json: no such file or directory/],
    [[...invoke, 'index.echo', `@${big}`], /has 6291458 bytes; Lambda takes at most 6291456/],
    [[...invoke, 'index.echo', '{}', '{}'], /Unexpected argument "\{\}"/],
    [['invoke'], /invoke needs a handler/],
    [[...invoke, 'index.echo', '--timeout', '0'], /--timeout is "0".*from 0\.001 to 900 seconds/],
    [[...invoke, 'index.echo', '--timeout', '1e9'], /--timeout is "1e9"/],
    [[...invoke, 'index.echo', '--memory', 'much'], /--memory is "much".*whole number of MB/],
    [[...invoke, 'index.echo', '--env', '9=1'], /--env has "9=1": write NAME=VALUE/],
    [[...invoke, 'index.echo', '--env', 'AWS_REGION=x'], /--env sets AWS_REGION, a name that Lambda reserves/],
    [[...invoke, 'index.echo', '--env-file', 'nowhere.env'], /--env-file: cannot read \/.*nowhere\.env/],
    [[...invoke, 'index.echo', '--layer', '/nowhere'], /--layer: \/nowhere is not a directory/],
    [[...invoke, 'index.echo', '--task-dir', '/nowhere'], /--task-dir: \/nowhere is not a directory/],
    [['invoke', 'index.echo', '--runtime', 'nodejs99.x'], /Unknown runtime "nodejs99\.x"\. Near it: nodejs/],
    [[...invoke, 'index.echo', '--timout', '3'], /Unknown flag --timout\. Did you mean --timeout\?/],
    [['serve', 'index.echo', '--port', '70000'], /--port is "70000".*0 to 65535/],
    [['frob'], /Unknown command "frob"/],
  ];
  for (const [args, message] of wrong) {
    const ended = await runDoor(t, 'lambda-bootstraps', args);
    t.equal(ended.code, 2, args.slice(-2).join(' ').slice(0, 60));
    t.match(ended.stderr, message);
    t.equal(ended.stdout, '');
  }
});

t.test('what kills the runtime is answered within the timeout and a second', async (t) => {
  for (const [behaviour, message] of [
    ['loop', 'Task timed out after 1.00 seconds'],
    ['exit42', 'Runtime exited with error: exit status 42'],
    ['sigkill', 'Runtime exited with error: signal: killed'],
  ]) {
    const ended = await runDoor(t, 'lambda-bootstraps', [...invoke, `index.${behaviour}`, '--timeout', '1']);
    t.match(JSON.parse(ended.stdout).errorMessage, new RegExp(`^RequestId: \\S+ Error: ${message}$`));
    t.equal(ended.code, 1);
    t.match(ended.stderr, /REPORT .*Status: (timeout|error)/);
  }
});

t.test('variables come from files and flags, and the layers in their order', async (t) => {
  const folder = t.testdir({
    'a.env': 'A=file\n# comment\nexport B="two words"\nC=file\n',
    one: { nodejs: { node_modules: { 'from-layer': { 'index.js': 'module.exports = 1' } } } },
    two: { nodejs: { node_modules: { 'from-layer': { 'index.js': 'module.exports = 2' } } } },
    task: {
      'index.cjs':
        "exports.handler = async () => [process.env.A, process.env.B, process.env.C, process.env.D, require('from-layer')]",
    },
  });
  const ended = await runDoor(
    t,
    'lambda-bootstraps',
    [
      ...[...invoke, 'index.handler', '--task-dir', `${folder}/task`, '--env-file', `${folder}/a.env`],
      ...['--env', 'C=flag', '-e', 'D', '--layer', `${folder}/one`, '--layer', `${folder}/two`],
    ],
    { environment: { D: "the caller's" } },
  );
  t.same(JSON.parse(ended.stdout), ['file', 'two words', 'flag', "the caller's", 2]);
});

t.test('SIGTERM ends a single execution and its runtime with 143, SIGINT with 130', async (t) => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const door = new DoorProcess(t, 'lambda-bootstraps', [...invoke, 'index.child', '--timeout', '60']);
    const [, child] = await door.hears('stderr', /child=(\d+)/);
    door.child.kill(signal);
    t.equal((await door.ended).code, code);
    t.ok(await isGone(Number(child)), 'what the function started is gone too');
  }
});

t.test('a result that is lost has an exit code', { skip: !existsSync('/dev/full') && 'needs /dev/full' }, async (t) => {
  const run = async (stdout: number | 'pipe') => {
    const child = spawn(programPath('lambda-bootstraps'), [...invoke, 'index.echo', '1'], {
      cwd: fixture('nodejs'),
      stdio: ['ignore', stdout, 'pipe'],
    });
    child.stdout?.destroy();
    let told = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const [code] = await once(child, 'close');
    return { code, told };
  };
  const full = openSync('/dev/full', 'w');
  const lost = await run(full);
  closeSync(full);
  t.equal(lost.code, 74, 'a full disk');
  t.match(lost.told, /cannot write to stdout: ENOSPC: no space left on device, write\n/);
  const unread = await run('pipe');
  t.equal(unread.code, 141, 'a reader that has gone');
  t.notMatch(unread.told, /cannot write/);
});

const noCompiler = programName === 'executable' && 'only the program on Node.js compiles TypeScript';

t.test('a handler in TypeScript, by esbuild', { skip: noCompiler }, async (t) => {
  const folder = t.testdir({
    src: {
      'app.ts':
        "import { greeting } from './greeting'; export const handler = async (e: { name: string }): Promise<string> => greeting(e.name);",
      'greeting.ts': 'export const greeting = (name: string): string => "hello " + name;',
      'broken.ts': 'export const handler = async ( => 1;',
    },
  });
  const args = ['src/app.handler', '{"name":"ts"}', '--task-dir', folder];
  const ended = await runDoor(t, 'lambda-bootstraps', [...invoke, ...args]);
  t.equal(ended.stdout, '"hello ts"\n');
  const broken = await runDoor(t, 'lambda-bootstraps', [...invoke, 'src/broken.handler', '--task-dir', folder]);
  t.match(broken.stderr, /broken\.ts cannot be made JavaScript: [\s\S]*broken\.ts:1:/);
  t.equal(broken.code, 2);
});

t.test('region and credentials as the AWS SDKs find them', async (t) => {
  const folder = t.testdir({
    config: '[default]\nregion = eu-north-1\n[profile other]\nregion=eu-west-3\n[profile sso]\nsso_session = mine\n',
    credentials:
      '[default]\naws_access_key_id = D\naws_secret_access_key=DS\n\n[other]\naws_access_key_id = O\naws_session_token = OT\n',
  });
  const files = { AWS_CONFIG_FILE: `${folder}/config`, AWS_SHARED_CREDENTIALS_FILE: `${folder}/credentials` };
  const given = async (environment: Record<string, string>) => {
    const ended = await runDoor(t, 'lambda-bootstraps', [...invoke, 'index.environment'], { environment });
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN } = JSON.parse(ended.stdout);
    return { found: [AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN], stderr: ended.stderr };
  };
  t.same((await given(files)).found, ['eu-north-1', 'D', undefined]);
  t.same((await given({ ...files, AWS_PROFILE: 'other' })).found, ['eu-west-3', 'O', 'OT']);
  t.same((await given({ ...files, AWS_ACCESS_KEY_ID: 'E', AWS_REGION: 'us-west-2' })).found, [
    'us-west-2',
    'E',
    undefined,
  ]);
  t.match(
    (await given({ ...files, AWS_PROFILE: 'sso' })).stderr,
    /AWS profile "sso" uses sso_session, which is not followed/,
  );
  t.match((await given({ ...files, AWS_PROFILE: 'none' })).stderr, /there is no AWS profile "none"/);
});

t.test('the time stands still while a debugger may hold the function', async (t) => {
  const args = [...invoke, 'index.sleeps', '--task-dir'];
  const folder = t.testdir({
    'index.cjs':
      "exports.sleeps = async (event, context) => { await new Promise((r) => setTimeout(r, 700)); return 'awake' }",
  });
  const timed = await runDoor(t, 'lambda-bootstraps', [...args, folder, '--timeout', '0.3']);
  t.match(timed.stdout, 'Task timed out');
  const debug = ['--timeout', '0.3', '--env', 'NODE_OPTIONS=--inspect=127.0.0.1:0'];
  const held = await runDoor(t, 'lambda-bootstraps', [...args, folder, ...debug]);
  t.equal(held.stdout, '"awake"\n');
  t.match(held.stderr, /timeouts are paused: --inspect=127\.0\.0\.1:0 lets a debugger hold the function/);
  t.match(held.stderr, /Debugger listening on ws:/);
});

t.test('help and version go to stdout', async (t) => {
  t.match(
    (await runDoor(t, 'lambda-bootstraps', ['--help'])).stdout,
    /Usage\n {2}lambda-bootstraps invoke HANDLER \[EVENT\]/,
  );
  t.match((await runDoor(t, 'lambda-bootstraps', ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  t.equal((await runDoor(t, 'lambda-bootstraps', [])).code, 2);
});

/** Whether the process ends within two seconds; one that nobody has waited for yet has ended. */
async function isGone(pid: number): Promise<boolean> {
  const { readFileSync } = await import('node:fs');
  for (let round = 0; round < 200; round++) {
    try {
      if (/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
