import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { llrtProgram, noExecutable } from './testing/executable.ts';

t.setTimeout(120_000);

const options = { skip: noExecutable };
const program = noExecutable ? '' : await llrtProgram(new URL('./testing/launcher-program.ts', import.meta.url));

function start(t: Test, task: string, ...words: string[]) {
  const child = spawn(program, [task, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  return { child, output, ended };
}

/** What the program told, as its lines of JSON. */
async function told(t: Test, task: string, ...words: string[]): Promise<unknown[]> {
  const { code, stdout, stderr } = await start(t, task, ...words).ended;
  t.equal(stderr, '');
  t.equal(code, 0);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const shell = (script: string, more = {}): string => JSON.stringify({ command: ['/bin/sh', '-c', script], ...more });

t.test('how a process ended', { ...options }, async (t) => {
  const scripts = ['exit 0', 'exit 42', 'kill -KILL $$', 'kill -SEGV $$', 'kill -TERM $$'];
  const results = (await told(t, 'ends', ...scripts.map((script) => shell(script)))) as { exit: unknown }[];
  t.same(
    results.map(({ exit }) => exit),
    [
      { code: 0, signal: null },
      { code: 42, signal: null },
      { code: null, signal: 'SIGKILL' },
      { code: null, signal: 'SIGSEGV' },
      { code: null, signal: 'SIGTERM' },
    ],
  );
});

t.test('what cannot be started says why in the words of the service', { ...options }, async (t) => {
  const folder = t.testdir({ text: 'not executable', odd: 'echo no first line' });
  const { chmodSync } = await import('node:fs');
  chmodSync(`${folder}/odd`, 0o755);
  const failures = {
    [`${folder}/nothing`]: 'no such file or directory',
    [`${folder}/text`]: 'permission denied',
    [folder]: 'permission denied',
    [`${folder}/text/below`]: 'not a directory',
    [`${folder}/odd`]: 'exec format error',
  };
  const orders = Object.keys(failures).map((file) => JSON.stringify({ command: [file] }));
  t.same(
    await told(t, 'ends', ...orders),
    Object.entries(failures).map(([file, reason]) => ({
      name: 'LaunchFailure',
      message: `fork/exec ${file}: ${reason}`,
    })),
  );
  const rest = await told(
    t,
    'ends',
    shell('', { environment: { LONG: 'x'.repeat(130_000), LONGER: 'x'.repeat(2) } }),
    shell('', { workingDirectory: `${folder}/gone` }),
  );
  t.match(rest[1], { name: 'LaunchFailure', message: /no such file or directory/ });
});

t.test('the process gets what was ordered and nothing else', { ...options }, async (t) => {
  const environment = { A: '1', EMPTY: '', 'odd.name': 'ä=\n"' };
  const folder = t.testdir();
  const [env, words, descriptors] = (await told(
    t,
    'ends',
    JSON.stringify({ command: ['/usr/bin/env', '-0'], environment }),
    JSON.stringify({
      command: ['/bin/sh', '-c', 'pwd -P; printf "%s|" "$@"; cat', 'sh', 'two words', '', '*'],
      workingDirectory: folder,
    }),
    shell('ls -l /proc/$$/fd; env'),
  )) as { heard: { stdout: string } }[];
  t.same(env?.heard.stdout.split('\0').sort(), ['', 'A=1', 'EMPTY=', 'odd.name=ä=\n"']);
  t.equal(words?.heard.stdout, `${folder}\ntwo words||*|`, 'folder, arguments, and nothing on standard input');
  t.notMatch(descriptors?.heard.stdout, /FRAMES|TELEMETRY/);
  t.notMatch(descriptors?.heard.stdout, / [3-9] -> (socket|pipe):/);
});

t.test('all output is there when the exit is told', { ...options }, async (t) => {
  const script = "for (const name of ['stdout', 'stderr']) process[name].write(name[3].repeat(1e6));";
  const order = { command: [process.execPath, '-e', script] };
  const [result] = (await told(t, 'ends', JSON.stringify(order))) as { heard: Record<string, string> }[];
  t.equal(result?.heard.stdout?.length, 1e6);
  t.equal(result?.heard.stderr?.length, 1e6);
});

t.test('frames in both directions, and log records', options, async (t) => {
  t.same(await told(t, 'frames', process.execPath), [
    { exit: { code: 0, signal: null }, telemetry: 'record', whole: true },
  ]);
});

t.test('drain hands over what was written before the reply', { ...options }, async (t) => {
  t.same(await told(t, 'drain', process.execPath), [{ exit: { code: 0, signal: null }, round: 30, late: 0 }]);
});

t.test('memory of a tree', { ...options }, async (t) => {
  const [{ megabytes, after }] = (await told(t, 'memory', process.execPath)) as [{ megabytes: number; after: boolean }];
  t.ok(megabytes > 64 && megabytes < 500, `${megabytes} MB`);
  t.ok(after, 'it is remembered');
});

/** Whether a process runs; one that ended and that nobody has asked about yet does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function allGone(t: Test, pids: readonly number[]): Promise<void> {
  for (let round = 0; round < 400 && pids.some(runs); round++) await delay(5);
  t.same(pids.filter(runs), []);
}

const trees = {
  'children and grandchildren':
    "sleep 1000 & echo $!; sh -c 'sleep 1000 & echo $!; wait' & echo $!; sleep .3; echo all; wait",
  'what is in a session of its own':
    "setsid sh -c 'echo $$; sleep 1000 & echo $!; wait' & sleep 1000 & echo $!; sleep .3; echo all; wait",
  'what ignores signals':
    "trap '' TERM INT HUP; sh -c 'echo $$; sleep 1000 & echo $!; wait' & echo $!; sleep .3; echo all; wait",
};

for (const [name, script] of Object.entries(trees)) {
  t.test(`kill ends the whole tree: ${name}`, { ...options }, async (t) => {
    const [pids, end] = (await told(t, 'tree', script, 'kill')) as [number[], { exit: unknown }];
    t.same(end.exit, { code: null, signal: 'SIGKILL' });
    await allGone(t, pids);
  });
}

t.test('no runtime outlives us', { ...options }, async (t) => {
  const ends = [
    ['exit', undefined, 3, null],
    ['throw', undefined, 70, null],
    ['reject', undefined, 70, null],
    ['', 'SIGTERM', null, 'SIGTERM'],
    ['', 'SIGKILL', null, 'SIGKILL'],
  ] as const;
  for (const [how, signal, code, ended] of ends) {
    const us = start(t, 'tree', 'echo $$; echo all; exec sleep 1000', how);
    while (!us.output.stdout.endsWith(']\n')) await once(us.child.stdout, 'data');
    if (signal) us.child.kill(signal);
    const end = await us.ended;
    t.same([end.code, end.signal], [code, ended], `${how}${signal ?? ''}`);
    if (code === 70) t.match(end.stderr, /lost/, 'a defect is never silent');
    await allGone(t, JSON.parse(end.stdout.split('\n')[0] ?? ''));
  }
});

t.test('output that nobody reads for a while is neither lost nor waited for', { ...options }, async (t) => {
  const { child, output, ended } = start(t, 'output');
  child.stdout.pause();
  while (output.stderr === '') await once(child.stderr, 'data');
  t.ok(Number(output.stderr) < 5_000, 'it could go on');
  child.stdout.resume();
  const { stdout } = await ended;
  t.equal(stdout.split('\n').length, 20_001);
  t.ok(stdout.split('\n').every((line, index) => line === '' || line.startsWith(`${index} `)));
});
