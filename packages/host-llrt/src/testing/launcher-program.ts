// Launches for launcher.test.ts what its arguments order, and tells what comes of it in lines of JSON.
import { decodeText, encodeText, type LaunchedRuntime, type LaunchOrder } from '@lambda-bootstraps/core';
import { llrtHost, llrtLauncher, native } from '../index.ts';

const [, task = '', ...words] = native.arguments;
const tell = (facts: unknown): void => native.write(1, `${JSON.stringify(facts)}\n`);
const plain: LaunchOrder = {
  command: [],
  workingDirectory: '/',
  environment: { PATH: native.environment.PATH ?? '' },
  frames: false,
  telemetryLog: false,
};

interface Heard {
  stdout: string;
  stderr: string;
  telemetry: string;
  frames: string;
}

async function launch(order: Partial<LaunchOrder>, onHeard: (heard: Heard, runtime: LaunchedRuntime) => void) {
  const heard: Heard = { stdout: '', stderr: '', telemetry: '', frames: '' };
  let runtime: LaunchedRuntime | undefined;
  const take = (stream: keyof Heard, bytes: Uint8Array): void => {
    heard[stream] += decodeText(bytes);
    if (runtime) onHeard(heard, runtime);
  };
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    llrtLauncher
      .launch(
        { ...plain, ...order },
        {
          onOutput: take,
          onTelemetryLog: (bytes) => take('telemetry', bytes),
          onFrames: (bytes) => take('frames', bytes),
          onExit: resolve,
        },
      )
      .then((launched) => {
        runtime = launched;
      }, reject);
  });
  return { heard, exit: await exit };
}

const nothing = (): void => undefined;

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Each word is an order in JSON. */
  async ends() {
    for (const word of words) {
      await launch(JSON.parse(word), nothing).then(tell, (error: Error) =>
        tell({ name: error.name, message: error.message }),
      );
    }
  },

  /** What comes in frames goes back in frames; `bye` ends it. */
  async frames() {
    const large = 'x'.repeat(3_000_000);
    const script = `
      const fs = require('node:fs');
      const [input, output] = process.env.LAMBDA_BOOTSTRAPS_FRAMES.split(',').map(Number);
      fs.writeSync(Number(process.env._LAMBDA_TELEMETRY_LOG_FD), 'record');
      fs.writeSync(output, 'up;');
      let all = '';
      fs.createReadStream(null, { fd: input }).on('data', (bytes) => {
        all += bytes;
        if (!all.endsWith('.')) return;
        fs.writeFileSync(output, all);
        process.exit(0);
      });`;
    let asked = false;
    const order = { command: [words[0]!, '-e', script], frames: true, telemetryLog: true };
    const { heard, exit } = await launch(order, ({ frames }, runtime) => {
      if (asked || frames !== 'up;') return;
      asked = true;
      runtime.sendFrame([encodeText('head,'), encodeText('payload;')]);
      runtime.sendFrame([encodeText('large:'), encodeText(large), encodeText('.')]);
    });
    tell({ exit, telemetry: heard.telemetry, whole: heard.frames === `up;head,payload;large:${large}.` });
  },

  /** In each round all that was written before a frame is there when a drain that begins at the frame is over. */
  async drain() {
    const rounds = 30;
    const script = `
      const fs = require('node:fs');
      for (let round = 0; round < ${rounds}; round++) {
        fs.writeSync(1, 'a'.repeat(20_000) + round + ';');
        fs.writeSync(2, 'b'.repeat(20_000) + round + ';');
        fs.writeSync(4, round + ';');
        fs.readSync(3, Buffer.alloc(1));
      }`;
    let [round, late] = [0, 0];
    const order = { command: [words[0]!, '-e', script], frames: true };
    const { exit } = await launch(order, (heard, runtime) => {
      const suffix = `${round};`;
      if (!heard.frames.endsWith(suffix) || round >= rounds) return;
      round++;
      void runtime.drain().then(() => {
        if (![heard.stdout, heard.stderr].every((text) => text.endsWith(suffix))) late++;
        runtime.sendFrame([encodeText('!')]);
      });
    });
    tell({ exit, round, late });
  },

  /** Kills a tree once it has told its process ids, or lets us end with it alive: by `exit`, `throw`, or not at all. */
  async tree() {
    const [script = '', end] = words;
    let told = false;
    const { heard, exit } = await launch({ command: ['/bin/bash', '-c', script] }, ({ stdout }, runtime) => {
      if (told || !stdout.endsWith('all\n')) return;
      told = true;
      tell(stdout.match(/\d+/g)?.map(Number));
      if (end === 'kill') runtime.kill();
      if (end === 'exit') native.exit(3);
      if (end === 'throw') throw new Error('lost');
      if (end === 'reject') void Promise.reject(new Error('lost too'));
    });
    tell({ exit, heard });
  },

  async memory() {
    const script = "globalThis.kept = Buffer.alloc(64 * 1048576, 1); console.log('up'); setInterval(() => 0, 1e6);";
    let asked = false;
    await launch({ command: ['/bin/sh', '-c', `"$0" -e "$1" & wait`, words[0]!, script] }, ({ stdout }, runtime) => {
      if (asked || !stdout.includes('up')) return;
      asked = true;
      void Promise.resolve(runtime.peakMemoryBytes()).then((bytes) => {
        runtime.kill();
        tell({ megabytes: (bytes ?? 0) / 1_048_576, after: Number(runtime.peakMemoryBytes()) >= Number(bytes) });
      });
    });
  },

  /** What a reader that takes its time gets, and whether we wait for it. */
  async output() {
    for (let line = 0; line < 20_000; line++) native.write(1, `${line} ${'x'.repeat(90)}\n`);
    native.write(2, `${llrtHost.clock.monotonic()}\n`);
  },
};

await tasks[task]?.();
native.exit(0);
