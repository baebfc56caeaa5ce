import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from '@lambda-bootstraps/host-node';
import t from 'tap';
import { Caller } from '../benchmarks/caller.ts';
import { Connection } from '../benchmarks/connection.ts';
import { Launched } from '../benchmarks/launched.ts';
import { measure } from '../benchmarks/measure.ts';
import type { Measurement } from '../benchmarks/measurement.ts';
import { parseOptions } from '../benchmarks/options.ts';
import { reportOf, rowOf } from '../benchmarks/report.ts';
import { resultOf, type Samples } from '../benchmarks/result.ts';
import { withReport } from '../benchmarks/save.ts';
import { factorsOf, quantile, spreadOf } from '../benchmarks/statistics.ts';
import type { Target, TargetName } from '../benchmarks/targets/target.ts';
import { need } from './needs.mjs';
import { nodeArguments } from './run-tests.mjs';
import { root } from './workspaces.mjs';

t.setTimeout(280_000);

t.test('a spread is a median between its quartiles, in proportion between neighbours', async (t) => {
  t.strictSame(spreadOf([5, 1, 4, 2, 3]), { low: 2, median: 3, high: 4 });
  t.strictSame(spreadOf([1, 2]), { low: 1.25, median: 1.5, high: 1.75 });
  t.strictSame(spreadOf([7]), { low: 7, median: 7, high: 7 });
  const hundred = Array.from({ length: 101 }, (_, index) => 100 - index);
  t.equal(quantile(hundred, 0.99), 99);
  t.equal(quantile(hundred, 1), 100);
  t.equal(quantile(hundred, 0), 0);
});

t.test('factors are by rounds, and of rounds that both sides have', async (t) => {
  t.strictSame(factorsOf([2, 30, undefined, 8], [1, 10, 5, undefined]), [2, 3]);
  t.strictSame(factorsOf([1], [0]), [], 'nothing is a multiple of nothing');
});

const samples = (target: TargetName, ...rounds: readonly (number | undefined)[]): Samples => ({
  target,
  rounds,
  absent: undefined,
  notes: [],
});
const row = { name: 'tiny, p50', unit: 'ms', isDetail: false } as const;
const names = ['RIE', 'Node host', 'executable', 'floor'] as const;
const bounds = { 'Node host': 0.8, executable: 0.6 };

t.test('a goal is judged by the median of the factors of rounds, not by the factor of medians', async (t) => {
  const goal = { against: 'RIE', kind: 'at most', bounds } as const;
  // The machine was ten times as slow in the last round.
  const all = [samples('RIE', 1, 1, 10), samples('Node host', 0.9, 0.9, 2), samples('executable', 0.5, 0.9, 5)];
  const result = resultOf({ ...row, goal }, all);
  t.match(result.cells['Node host'], { times: { target: 'RIE', spread: { median: 0.9 } }, isMet: false });
  t.match(result.cells.executable, { spread: { median: 0.9 }, times: { spread: { median: 0.5 } }, isMet: true });
  t.match(result.cells.RIE, { times: undefined, isMet: undefined });
});

t.test('without its peer, nothing is judged against it, and the floor takes its place in the table', async (t) => {
  const goal = { against: 'RIE', kind: 'at most', bounds } as const;
  const result = resultOf({ ...row, goal }, [samples('executable', 3), samples('floor', 2)]);
  t.match(result.cells.executable, { times: { target: 'floor', spread: { median: 1.5 } }, isMet: undefined });
  t.match(rowOf(result, ['executable', 'floor']), /\| 3\.00 × 1\.50 \| 2\.00 \| executable × RIE ≤ 0\.6 \|$/);
});

t.test('goals that stand by themselves, at least and at most', async (t) => {
  const pool = { against: 'itself', kind: 'at least', bounds: { executable: 7.5 } } as const;
  const factors = { ...row, unit: '×' } as const;
  t.match(resultOf({ ...factors, goal: pool }, [samples('executable', 7.5)]).cells, { executable: { isMet: true } });
  t.match(resultOf({ ...factors, goal: pool }, [samples('executable', 7.4)]).cells, { executable: { isMet: false } });
  const none = { ...pool, kind: 'at most', bounds: { executable: 0 } } as const;
  t.match(resultOf({ ...row, goal: none }, [samples('executable', 0, 0)]).cells, { executable: { isMet: true } });
  t.match(resultOf({ ...row, goal: none }, [samples('executable', 1, 1)]).cells, { executable: { isMet: false } });
});

t.test('a row: what is compared with whom, what is missing, and what went wrong', async (t) => {
  const goal = { against: 'floor', kind: 'at most', bounds: { executable: 1.5 } } as const;
  const note = 'lost |\na connection';
  const result = resultOf({ ...row, goal }, [
    { ...samples('RIE'), absent: 'dies' },
    { ...samples('Node host', 12.345, 12.345), notes: [note] },
    samples('executable', 200, 400, 600),
    samples('floor', 100, 100, 100),
  ]);
  const words = rowOf(result, names, ['another', 'lost ¦ a connection']);
  t.equal(
    words,
    '| tiny, p50, ms | dies | 12.3 × 0.12 of floor (2) | 400 [300–500] × 4.00 [3.00–5.00] of floor | 100 ' +
      '| executable × floor ≤ 1.5 **missed** |',
  );
  const report = reportOf({
    machine: { startedAt: '2026-11-22T00:00:00Z', processors: '2 × x', memoryGb: 1, system: 'Linux', node: '20.0.0' },
    load: { before: 1, after: 2 },
    targets: names.map((name) => ({ name, files: [] })),
    results: [result, { ...result, name: 'p99', isDetail: true }],
  });
  t.match(report, /load 1 before, 2 after/);
  t.match(report, /\| tiny, p50, ms[^\n]*\n\n<details>[\s\S]*\| p99, ms[\s\S]*<\/details>\n\n1\. lost ¦ a connection$/);
});

t.test('a report takes the place of the one before', async (t) => {
  const page = 'a\n<!-- figures: how -->\n\nold\n\n<!-- end of figures -->\nb\n';
  t.equal(withReport(page, 'new $1'), 'a\n<!-- figures: how -->\n\nnew $1\n\n<!-- end of figures -->\nb\n');
  t.throws(() => withReport('a', 'new'), /has no place for figures/);
  t.doesNotThrow(() => withReport(readFileSync(join(root, 'docs/performance.md'), 'utf8'), 'new'));
});

t.test('options', async (t) => {
  t.strictSame(parseOptions(['--rounds', '2', 'tiny', 'launch']), {
    parts: ['tiny', 'launch'],
    rounds: 2,
    list: false,
    write: false,
  });
  for (const rounds of ['0', '1.5', 'x']) t.throws(() => parseOptions(['--rounds', rounds]), /whole number/);
  t.throws(() => parseOptions(['--round', '2']), /--round/);
});

const target = (name: TargetName): Target => ({
  name,
  files: [],
  serve: async () => undefined,
  execute: async () => undefined,
});

t.test('targets are sampled in turns; one that fails or is absent leaves the others', async (t) => {
  const order: string[] = [];
  const ended: string[] = [];
  const measurement: Measurement = {
    name: 'm',
    figures: [
      { name: 'a', unit: 'ms' },
      { name: 'b', unit: 'ms' },
    ],
    rounds: 3,
    async begin({ name }) {
      if (name === 'RIE') return 'dies';
      return {
        async sample() {
          order.push(name);
          if (name === 'executable' && order.length > 2) throw new Error('broken');
          return [order.length, undefined];
        },
        end: async () => void ended.push(name),
      };
    },
  };
  const [a, b] = await measure(measurement, names.map(target));
  t.strictSame(order, ['Node host', 'executable', 'floor', 'floor', 'executable', 'Node host', 'Node host', 'floor']);
  t.strictSame(ended.toSorted(), ['Node host', 'executable', 'floor']);
  t.match(a, { name: 'm, a', cells: { RIE: { absent: 'dies' }, 'Node host': { samples: [1, 6, 7] } } });
  t.match(a?.cells.executable, { absent: 'failed', notes: ['m, executable, round 2: failed: broken'] });
  t.match(b?.cells.floor, { absent: '–' });
});

/** A server that resets the connection at each of these requests, counted from 1, and answers the others. */
async function resettingServer(resets: readonly number[]) {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (resets.includes(++requests)) return void socket.resetAndDestroy();
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const told: string[] = [];
  const { port } = server.address() as AddressInfo;
  return {
    server,
    told,
    answering: {
      connect: () => Connection.open(port),
      tell: (sentence: string) => void told.push(sentence),
      state: () => 'the program runs',
    },
  };
}

const payload = Buffer.from('{"a":1}');

t.test('a connection that is lost is told and opened anew, once', async (t) => {
  const { server, told, answering } = await resettingServer([3, 5]);
  t.teardown(() => server.close());
  const caller = await Caller.connect(answering);
  t.teardown(() => caller.close());
  await caller.invokeAndCompare(payload);
  await caller.invoke(payload);
  await caller.invoke(payload);
  t.strictSame(told, [
    'lost a connection with 7 bytes of payload, after 2 answers on it: ECONNRESET after 0 bytes of the answer; the program runs',
  ]);
  await t.rejects(caller.invoke(payload), { name: 'ConnectionLost', code: 'ECONNRESET' });
  t.equal(told.length, 2);
});

t.test('an answer that is no echo', async (t) => {
  const { server, answering } = await resettingServer([]);
  t.teardown(() => server.close());
  const caller = await Caller.connect(answering);
  t.teardown(() => caller.close());
  await t.rejects(caller.invokeAndCompare(Buffer.from('{"a":2}')), /No echo: \{"a":1\}/);
});

/** Waits for what must come. */
async function eventually<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await sleep(20);
  }
}

/** One that has ended may stand in the table until it is asked for. */
function hasEnded(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

const skip = need('linux');

t.test('who is stopped takes along what it started, also in a group of its own', { skip }, async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'benchmarks-')), 'pid');
  for (const end of ['stop', 'kill'] as const) {
    const grandchild = `require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid`;
    // It obeys no SIGTERM.
    const script = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync('${file}.${end}', String(${grandchild}))`;
    const launched = new Launched({
      words: [process.execPath, '-e', `${script}; setInterval(() => {}, 1000)`],
      environment: {},
    });
    const pid = await eventually(() => {
      const text = existsSync(`${file}.${end}`) ? readFileSync(`${file}.${end}`, 'utf8') : '';
      return text === '' ? undefined : Number(text);
    });
    t.notOk(hasEnded(pid));
    t.equal(launched.end, undefined);
    await launched[end]();
    await launched.exited;
    t.equal(launched.end, 'SIGKILL');
    await eventually(() => (hasEnded(pid) ? true : undefined));
    t.pass(`${end}: nothing is left`);
  }
});

t.test('who dies by itself takes along what it started, too', { skip }, async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'benchmarks-')), 'pid');
  const launched = new Launched({
    words: ['sh', '-c', `setsid sleep 1000 & echo $! > ${file}; exit 2`],
    environment: {},
  });
  await launched.exited;
  t.equal(launched.end, 'exit code 2');
  const pid = Number(readFileSync(file, 'utf8'));
  t.notOk(hasEnded(pid));
  await launched.stop();
  await eventually(() => (hasEnded(pid) ? true : undefined));
});

t.test('a program that cannot be started has ended', async (t) => {
  const launched = new Launched({ words: ['/no/such/program'], environment: {} });
  await launched.exited;
  t.equal(launched.end, 'not started');
  await launched.stop();
});

const bench = (...args: readonly string[]) =>
  spawn(process.execPath, [...nodeArguments, join(root, 'benchmarks/bench.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

t.test('a run of the tool: a real figure, judged', { skip }, async (t) => {
  const child = bench('--rounds', '1', "the core's own");
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  const said = Buffer.concat(chunks).toString();
  const judged = /Node host × floor ≤ 3 (?:met|\*\*missed\*\*)/;
  t.match(said, new RegExp(`the core's own, tiny, processor time, ms \\| [^\\n]* ${judged.source}`));
  const json = JSON.parse(readFileSync(/^(.*\.json)$/m.exec(said)![1]!, 'utf8'));
  t.match(json.results[1], { name: "the core's own, tiny, p50", cells: { 'Node host': { samples: [Number] } } });
  t.ok(json.results[1].cells.floor.spread.median > 0);
});

t.test('Ctrl-C leaves nothing behind', { skip }, async (t) => {
  const child = bench('--rounds', '1000000', "the core's own");
  t.teardown(() => child.kill());
  child.stdout.resume();
  // Both servers run, and the first is being called.
  const pids = await eventually(() => {
    const started = processTree(child.pid!).filter((pid) => /-server\.mjs/.test(commandOf(pid)));
    return started.length === 2 ? started : undefined;
  });
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  t.equal(code, 130);
  for (const pid of pids) await eventually(() => (hasEnded(pid) ? true : undefined));
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
