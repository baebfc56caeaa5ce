import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LaunchedRuntime, LaunchFailure, type LaunchOrder, type ProcessExit } from '@lambda-bootstraps/core';
import t, { type Test } from 'tap';
import { nodeLauncher } from './launcher.ts';
import { MemoryGauge } from './memory-gauge.ts';
import { processTree } from './process-tree.ts';

/** What a runtime wrote, until it is needed. */
class Heard {
  #text = '';
  #wake: () => void = () => undefined;

  take(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    this.#wake();
  }

  get text(): string {
    return this.#text;
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match) return match;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const path = process.env.PATH ?? '';

async function launch(t: Test, command: readonly string[], more: Partial<LaunchOrder> = {}) {
  const [stdout, stderr, telemetry, frames] = [new Heard(), new Heard(), new Heard(), new Heard()];
  let onFrames = (): void => undefined;
  let exited = (_: ProcessExit): void => undefined;
  const exit = new Promise<ProcessExit>((resolve) => {
    exited = resolve;
  });
  const order = { command, workingDirectory: '/', environment: { PATH: path }, frames: false, telemetryLog: false };
  const runtime: LaunchedRuntime = await nodeLauncher.launch(
    { ...order, ...more },
    {
      onOutput: (stream, bytes) => (stream === 'stdout' ? stdout : stderr).take(bytes),
      onTelemetryLog: (bytes) => telemetry.take(bytes),
      onFrames: (bytes) => {
        frames.take(bytes);
        onFrames();
      },
      onExit: exited,
    },
  );
  t.teardown(() => runtime.kill());
  const hearFrames = (callback: () => void): void => {
    onFrames = callback;
  };
  return { runtime, stdout, stderr, telemetry, frames, exit, hearFrames };
}

const shell = (script: string): string[] => ['/bin/sh', '-c', script];
const node = (script: string): string[] => [process.execPath, '-e', script];

t.test('how a process ended', async (t) => {
  const ends: Record<string, ProcessExit> = {
    'exit 0': { code: 0, signal: null },
    'exit 42': { code: 42, signal: null },
    'kill -KILL $$': { code: null, signal: 'SIGKILL' },
    'kill -SEGV $$': { code: null, signal: 'SIGSEGV' },
    'kill -TERM $$': { code: null, signal: 'SIGTERM' },
  };
  for (const [script, expected] of Object.entries(ends)) {
    const { exit } = await launch(t, shell(script));
    t.strictSame(await exit, expected, script);
  }
  const { runtime, exit } = await launch(t, shell('exec sleep 1000'));
  runtime.terminate();
  t.strictSame(await exit, { code: null, signal: 'SIGTERM' }, 'terminate');
});

t.test('what cannot be started says why in the words of the service', async (t) => {
  const folder = t.testdir({ text: 'not executable' });
  const failures = {
    [`${folder}/nothing`]: 'no such file or directory',
    [`${folder}/text`]: 'permission denied',
    [folder]: 'permission denied',
    [`${folder}/text/below`]: 'not a directory',
  };
  for (const [file, reason] of Object.entries(failures)) {
    const failure = await launch(t, [file]).catch((error: unknown) => error);
    t.ok(failure instanceof LaunchFailure, file);
    t.equal((failure as Error).message, `fork/exec ${file}: ${reason}`);
  }
  const tooMuch = launch(t, ['/bin/sh'], { environment: { LONG: 'x'.repeat(200_000) } });
  await t.rejects(tooMuch, { name: 'LaunchFailure', message: 'fork/exec /bin/sh: argument list too long' });
  const elsewhere = launch(t, ['/bin/sh'], { workingDirectory: `${folder}/gone` });
  await t.rejects(
    elsewhere,
    { name: 'LaunchFailure', message: /no such file or directory/ },
    'a folder that is not there',
  );
});

t.test('the process gets what was ordered and nothing else', async (t) => {
  const environment = { A: '1', EMPTY: '', 'odd.name': 'ä=\n"' };
  const { stdout, exit } = await launch(t, ['/usr/bin/env', '-0'], { environment });
  await exit;
  t.strictSame(Buffer.from(stdout.text, 'latin1').toString().split('\0').sort(), [
    '',
    'A=1',
    'EMPTY=',
    'odd.name=ä=\n"',
  ]);
  const folder = t.testdir();
  const words = ['-c', 'pwd -P; printf "%s|" "$@"; cat', 'sh', 'two words', '', '*'];
  const inFolder = await launch(t, ['/bin/sh', ...words], { workingDirectory: folder });
  await inFolder.exit;
  t.equal(inFolder.stdout.text, `${folder}\ntwo words||*|`, 'folder, arguments, and nothing on standard input');
});

t.test('all output is there when the exit is told', async (t) => {
  const script = "for (const name of ['stdout', 'stderr']) process[name].write(name[3].repeat(1e6));";
  const { stdout, stderr, exit } = await launch(t, node(script));
  t.strictSame(await exit, { code: 0, signal: null });
  t.equal(stdout.text.length, 1e6);
  t.equal(stderr.text, 'e'.repeat(1e6).replaceAll('e', 'stderr'[3] ?? ''));
});

t.test('descriptors', async (t) => {
  t.test('frames in both directions, and log records', async (t) => {
    const script = `
      const fs = require('node:fs');
      const [input, output] = process.env.LAMBDA_BOOTSTRAPS_FRAMES.split(',').map(Number);
      fs.writeSync(Number(process.env._LAMBDA_TELEMETRY_LOG_FD), 'record');
      fs.createReadStream(null, { fd: input }).on('data', (bytes) => fs.writeSync(output, bytes));`;
    const { runtime, frames, telemetry } = await launch(t, node(script), { frames: true, telemetryLog: true });
    runtime.sendFrame([Buffer.from('head,'), Buffer.from('payload;')]);
    await frames.until(/^head,payload;$/);
    const large = Buffer.alloc(3_000_000, 'x');
    runtime.sendFrame([Buffer.from('large:'), large, Buffer.from('.')]);
    await frames.until(/\.$/);
    t.equal(frames.text.length, 'head,payload;large:.'.length + large.length);
    await telemetry.until(/^record$/);
  });

  t.test('none where none was ordered', async (t) => {
    const { runtime, stdout, exit } = await launch(t, shell('ls -l /proc/$$/fd; env'));
    runtime.sendFrame([Buffer.from('nobody hears it')]);
    await exit;
    t.notMatch(stdout.text, /FRAMES|TELEMETRY/);
    t.notMatch(stdout.text, / [345] -> (socket|pipe):/);
  });

  t.test('a frame to a process that is gone is no error', async (t) => {
    const { runtime, exit } = await launch(t, shell('exit 0'), { frames: true });
    await exit;
    runtime.sendFrame([Buffer.alloc(1_000_000)]);
    runtime.kill();
    runtime.sendFrame([Buffer.alloc(1_000_000)]);
  });

  t.test('drain hands over what was written before the reply', async (t) => {
    const rounds = 30;
    const folder = t.testdir();
    const script = `
      const fs = require('node:fs');
      const wait = () => fs.readSync(3, Buffer.alloc(1));
      for (let round = 0; round < ${rounds}; round++) {
        fs.writeSync(4, 'ask;');
        wait();
        fs.writeSync(1, 'a'.repeat(20_000) + round + ';');
        fs.writeSync(2, 'b'.repeat(20_000) + round + ';');
        fs.writeSync(4, round + ';');
        fs.writeFileSync(${JSON.stringify(folder)} + '/' + round, '');
        wait();
      }`;
    const { runtime, stdout, stderr, frames, exit, hearFrames } = await launch(t, node(script), { frames: true });
    let round = 0;
    let late = 0;
    hearFrames(() => {
      if (frames.text.endsWith('ask;')) {
        runtime.sendFrame([Buffer.from('!')]);
        // Busy until all is written: frames, heard just now, come first of what is readable then.
        const giveUpAtMs = Date.now() + 5_000;
        while (!existsSync(`${folder}/${round}`) && Date.now() < giveUpAtMs);
        return;
      }
      const suffix = `${round++};`;
      void runtime.drain().then(() => {
        if (![stdout, stderr].every(({ text }) => text.endsWith(suffix))) late++;
        runtime.sendFrame([Buffer.from('!')]);
      });
    });
    t.strictSame(await exit, { code: 0, signal: null });
    t.equal(round, rounds);
    t.equal(late, 0, 'rounds in which output was still missing');
  });
});

const linux = process.platform === 'linux' ? false : 'process trees are read from /proc';

/** Whether a process runs; one that ended and that nobody has asked about yet does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** There is no event for the end of a process that is no child of ours. */
async function untilGone(pid: number): Promise<void> {
  while (runs(pid)) await delay(5);
}

t.test('kill ends the whole tree', { skip: linux }, async (t) => {
  const trees = {
    'children and grandchildren': "sleep 1000 & echo $!; sh -c 'sleep 1000 & echo $!; wait' & echo $!; wait",
    'what is in a session of its own':
      "setsid sh -c 'echo $$; sleep 1000 & echo $!; wait' & sleep 1000 & echo $!; wait",
    "a shell's background jobs": "set -m; sleep 1000 & echo $!; sh -c 'echo $$; exec sleep 1000' & echo $!; wait",
    'what ignores signals': "trap '' TERM INT HUP; sh -c 'echo $$; sleep 1000 & echo $!; wait' & echo $!; wait",
  };
  for (const [name, script] of Object.entries(trees)) {
    t.test(name, async (t) => {
      const { runtime, stdout, exit } = await launch(t, ['/bin/bash', '-c', script]);
      const pids = (await stdout.until(/^\s*(\d+\s+){3}$/))[0].trim().split(/\s+/).map(Number);
      for (const pid of pids) t.ok(runs(pid), `${pid} runs`);
      runtime.kill();
      t.strictSame(await exit, { code: null, signal: 'SIGKILL' });
      await Promise.all(pids.map(untilGone));
    });
  }

  t.test('also when the first process has ended by itself', async (t) => {
    const { runtime, stdout, exit } = await launch(t, shell('sleep 1000 & echo $!; exit 7'));
    t.strictSame(await exit, { code: 7, signal: null }, 'what it left behind does not hold up the news');
    const pid = Number(stdout.text);
    t.ok(runs(pid));
    runtime.kill();
    await untilGone(pid);
  });
});

t.test('memory', { skip: linux }, async (t) => {
  const megabyte = 1_048_576;
  const grow =
    "const kept = []; process.on('SIGTERM', () => { kept.push(Buffer.alloc(64 * 1048576, 1)); console.log('grown'); });";
  const stay = "setInterval(() => {}, 1e6); console.log('up');";

  t.test('of one process: plausible, grows, and is remembered', async (t) => {
    const { runtime, stdout, exit } = await launch(t, node(grow + stay));
    await stdout.until(/up/);
    const before = (await runtime.peakMemoryBytes()) ?? 0;
    t.ok(before > 10 * megabyte && before < 500 * megabyte, `${before / megabyte} MB`);
    runtime.terminate();
    await stdout.until(/grown/);
    const after = (await runtime.peakMemoryBytes()) ?? 0;
    t.ok(after - before > 50 * megabyte && after - before < 200 * megabyte, `${(after - before) / megabyte} MB more`);
    runtime.kill();
    await exit;
    t.ok(((await runtime.peakMemoryBytes()) ?? 0) >= after, 'after its end');
  });

  t.test('of a tree: what a child uses counts', async (t) => {
    // Pages that it alone has: what processes share is counted by shares.
    const hold = 'globalThis.kept = Buffer.alloc(64 * 1048576, 1);';
    const command = shell('"$0" -e "$1" & echo started; wait').concat(process.execPath, hold + stay);
    const { runtime, stdout } = await launch(t, command);
    await stdout.until(/up/);
    const used = (await runtime.peakMemoryBytes()) ?? 0;
    t.ok(used > 64 * megabyte && used < 500 * megabyte, `${used / megabyte} MB`);
  });

  t.test('of nobody', async (t) => {
    t.equal(new MemoryGauge(2 ** 30).bytes(), undefined);
    t.strictSame(processTree(2 ** 30), [2 ** 30]);
  });
});

t.test('no runtime outlives us', { skip: linux, jobs: 3 }, async (t) => {
  const launcher = fileURLToPath(new URL('./launcher.ts', import.meta.url));
  const program = (end: string): string => `
    import { nodeLauncher } from ${JSON.stringify(launcher)};
    const order = { command: ['/bin/sh', '-c', 'sleep 1000 & echo $! $$; wait'], workingDirectory: '/',
      environment: { PATH: process.env.PATH }, frames: false, telemetryLog: false };
    let text = '';
    await nodeLauncher.launch(order, {
      onOutput(_, bytes) {
        process.stdout.write(bytes);
        text += Buffer.from(bytes);
        if (text.endsWith('\\n')) setImmediate(() => { ${end} });
      },
      onTelemetryLog() {}, onFrames() {}, onExit() {},
    });`;
  interface End {
    readonly code: string;
    readonly signal?: NodeJS.Signals;
    readonly expected: readonly [code: number | null, signal: string | null];
  }
  const ends: Record<string, End> = {
    'by process.exit': { code: 'process.exit(3)', expected: [3, null] },
    'by an error that nobody caught': { code: "throw new Error('lost')", expected: [1, null] },
    'by SIGTERM, for which there is a listener': {
      code: "process.on('SIGTERM', () => process.exit(143)); console.log('listening');",
      signal: 'SIGTERM',
      expected: [143, null],
    },
    'by SIGTERM': { code: '', signal: 'SIGTERM', expected: [null, 'SIGTERM'] },
    'by SIGKILL': { code: '', signal: 'SIGKILL', expected: [null, 'SIGKILL'] },
  };
  const cases = Object.entries(ends).map(([name, { code, signal, expected }]) =>
    t.test(name, async (t) => {
      const args = [
        '--import=tsx',
        '--conditions=lambda-bootstraps-source',
        '--input-type=module',
        '-e',
        program(code),
      ];
      const us = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      t.teardown(() => us.kill('SIGKILL'));
      const heard = new Heard();
      us.stdout.on('data', (bytes: Buffer) => heard.take(bytes));
      const exit = once(us, 'exit');
      const pids = (await heard.until(/^(\d+) (\d+)\n/)).slice(1).map(Number);
      if (code.includes('listening')) await heard.until(/listening/);
      if (signal) us.kill(signal);
      t.strictSame(await exit, expected, 'and we end as if there were none');
      await Promise.all(pids.map(untilGone));
    }),
  );
  await Promise.all(cases);
});
