// `npm run bench [-- PART_OF_A_FIGURE…]`: the two hosts, and the peer that PEER_RIE names, in turns. See docs/performance.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figure, figuresFor } from './figure.ts';
import { type BenchmarkFunction, benchmarkFunctions } from './functions.ts';
import { type Spread, spreadOf } from './statistics.ts';
import { findTargets, type Target } from './target.ts';

const parts = process.argv.slice(2);
const targets = findTargets();
const functions = (await benchmarkFunctions()) as [BenchmarkFunction, ...BenchmarkFunction[]];
const figures = figuresFor(functions).filter(({ name }) => parts.length === 0 || parts.some((p) => name.includes(p)));

const folder = fileURLToPath(new URL('../.cache/benchmarks', import.meta.url));
const file = `${folder}/${new Date().toISOString().replaceAll(':', '-')}.md`;
const lines: string[] = [];

tell(`${cpus().length} × ${cpus()[0]?.model}, Linux ${release()}, Node.js ${process.versions.node}`);
tell(`load ${load()} at first; ${functions[0].name} unless told; median [quartiles], × ${targets[0]?.name} by rounds`);
tell('');
tell(`| | ${targets.map(({ name }) => name).join(' | ')} |`);
tell(`|---|${targets.map(() => '---|').join('')}`);
for (const figure of figures) tell(rowOf(figure, await measure(figure)));
tell('');
tell(`load ${load()} at last`);
mkdirSync(folder, { recursive: true });
writeFileSync(file, `${lines.join('\n')}\n`);
console.error(file);

/** Samples of each target, taken in turns and every other round in the opposite order. */
async function measure({ rounds, begin }: Figure): Promise<Map<Target, number[]>> {
  const samples = new Map<Target, number[]>(targets.map((target) => [target, []]));
  const probes = await Promise.all(targets.map(async (target) => ({ target, probe: await begin(target) })));
  for (let round = 0; round < rounds; round++) {
    for (const { target, probe } of round % 2 ? probes.toReversed() : probes) {
      samples.get(target)?.push(await probe.sample());
    }
  }
  for (const { probe } of probes) await probe.end();
  return samples;
}

function rowOf({ name, unit }: Figure, samples: ReadonlyMap<Target, readonly number[]>): string {
  const first = samples.get(targets[0]!)!;
  const cells = [...samples.values()].map((own) => {
    const times = own === first ? '' : ` × ${words(spreadOf(own.map((sample, round) => sample / first[round]!)))}`;
    return `${words(spreadOf(own))}${times}`;
  });
  return `| ${name}, ${unit} | ${cells.join(' | ')} |`;
}

function words({ low, median, high }: Spread): string {
  return low === high ? digits(median) : `${digits(median)} [${digits(low)}–${digits(high)}]`;
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function load(): string {
  return loadavg()[0]!.toFixed(1);
}

function tell(line: string): void {
  lines.push(line);
  console.log(line);
}
