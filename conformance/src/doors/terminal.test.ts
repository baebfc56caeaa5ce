import { spawn } from 'node:child_process';
import t, { type Test } from 'tap';
import { need } from '../../../tooling/needs.mjs';
import { DoorProcess, fixture, invokeAt, nodejsName, programName, programPath, serve } from './door-process.ts';

// A server that is looked at: what `serve` writes to a terminal is for people, and what it writes to others is not.

const noTerminal = programName === 'executable' ? 'the executable knows no terminals' : need('linux');

/** A server of the plain door on a terminal of its own, made by script(1). */
async function serveOnTerminal(t: Test, flags: readonly string[], environment: Record<string, string> = {}) {
  const words = [
    programPath('lambda-bootstraps'),
    'serve',
    'index.echo',
    '--port',
    '0',
    '--runtime',
    nodejsName,
    ...flags,
  ];
  const command = `stty cols 100; exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: fixture('nodejs'),
    env: { PATH: process.env.PATH, TERM: 'xterm', ...environment },
  });
  t.teardown(() => child.kill('SIGKILL'));
  let screen = '';
  const hears = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(screen);
      if (match) return match;
      await new Promise((resolve) => child.stdout.once('data', resolve));
    }
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  const port = Number((await hears(/listening on port (\d+)\.\.\./))[1]);
  return { port, hears, screen: () => screen };
}

t.test('in a terminal an invocation is one line with colours', { skip: noTerminal }, async (t) => {
  const { port, hears, screen } = await serveOnTerminal(t, []);
  await invokeAt(port, '{"httpMethod":"GET","path":"/orders"}');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  await hears(/\u001b\[32mok +\u001b\[0m +[\d.]+ m?s +(\d+ MB)? +\u001b\[35minit [\d.]+ m?s +\u001b\[0m +GET \/orders/);
  t.notMatch(screen(), /START|REPORT/);
});

t.test('NO_COLOR is respected, and details follow on demand', { skip: noTerminal }, async (t) => {
  const { port, hears, screen } = await serveOnTerminal(t, ['--details'], { NO_COLOR: '1' });
  await invokeAt(port, '{"a":1}');
  await hears(
    / ok +[\d.]+ m?s .*\{"a":1\}\r\n {2}request [\da-f-]{36} .*\r\n {2}event\r\n[\s\S]*result\r\n[\s\S]*\}\r\n/,
  );
  t.notMatch(screen(), '\u001b[');
});

t.test('who names a format has the lines of the log, in a terminal too', { skip: noTerminal }, async (t) => {
  const { port, hears } = await serveOnTerminal(t, ['--log-format', 'Text']);
  await invokeAt(port, '{}');
  await hears(/START RequestId: .*\r\n[\s\S]*REPORT RequestId: .*Duration: /);
  t.pass();
});

t.test('elsewhere there are the lines of the log, and details only on demand', async (t) => {
  const plain = await serve(t, 'index.echo');
  await plain.invoke('{}');
  await plain.door.hears('stderr', /^REPORT RequestId: .*Duration: /m);
  const detailed = await serve(t, 'index.echo', ['--details']);
  await detailed.invoke('{"a":1}');
  await detailed.door.hears('stderr', / ok +[\d.]+ m?s .*\{"a":1\}\n {2}request /);
  t.notMatch(detailed.door.stderr, /REPORT/);
});

t.test("details have no place in Lambda's own log", async (t) => {
  const askedBy: [string, string, RegExp][] = [
    ['--log-format', 'JSON', /--details: .*--log-format/],
    ['--log-format', 'Text', /--details: .*--log-format/],
    ['--env', 'AWS_LAMBDA_LOG_FORMAT=JSON', /--details: .*JSON/],
  ];
  for (const [flag, value, words] of askedBy) {
    const command = ['serve', 'index.echo', '--runtime', nodejsName, '--details', flag, value];
    const { code, stderr } = await new DoorProcess(t, 'lambda-bootstraps', command).ended;
    t.equal(code, 2, value);
    t.match(stderr, words);
  }
});
