// `npm run bench [-- --rounds N] [PART_OF_A_NAME…]`: the hosts of this project, their peers and a floor, in turns. See
// docs/performance.md.
import { constants } from 'node:os';
import { missingLanguages } from './functions.ts';
import { load, thisMachine } from './machine.ts';
import { measure } from './measure.ts';
import { allMeasurements } from './measurements/all.ts';
import { parseOptions } from './options.ts';
import { type Run, rowOf, usualBase } from './report.ts';
import type { Result } from './result.ts';
import { publish, save } from './save.ts';
import { findTargets } from './targets/find-targets.ts';

// What was launched is ended on the way out.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => process.exit(128 + constants.signals[name]));
}

const { parts, rounds, list, write } = parseOptions(process.argv.slice(2));
const chosen = allMeasurements().filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
const measurements = chosen.map((measurement) => ({ ...measurement, rounds: rounds ?? measurement.rounds }));
if (chosen.length === 0) throw new Error(`No measurement has ${parts.join(' or ')} in its name; --list names them`);

if (list) for (const { name } of measurements) console.log(name);
else await run();

async function run(): Promise<void> {
  const targets = findTargets(process.env);
  const names = targets.map(({ name }) => name);
  const [machine, before] = [thisMachine(), load()];
  console.log(`${machine.processors}, ${machine.system}, Node.js ${machine.node}; load ${before}`);
  console.log(`Median [quartiles] × ${usualBase(names)}'s, by rounds: ${names.join(' | ')}`);
  for (const language of missingLanguages) console.error(`Nothing is measured of ${language}, which is not here.`);

  const results: Result[] = [];
  for (const measurement of measurements) {
    const found = await measure(measurement, targets);
    for (const result of found) console.log(rowOf(result, names));
    results.push(...found);
  }

  const done: Run = { machine, load: { before, after: load() }, targets, results };
  for (const file of save(done)) console.log(file);
  if (write) publish(done);
  if (results.some(({ cells }) => Object.values(cells).some((cell) => 'absent' in cell && cell.absent === 'failed'))) {
    process.exitCode = 1;
  }
}
