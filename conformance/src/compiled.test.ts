import t from 'tap';
import { need } from '../../tooling/needs.mjs';
import { runCases } from './run-cases.ts';
import { type CompiledFunction, compiledFunctions } from './targets/compiled.ts';

t.jobs = 2;
/** The first run on a machine compiles the client and all that it uses. */
const timeout = 280_000;
t.setTimeout(timeout);

for (const one of compiledFunctions) {
  t.test(one.name, { skip: await whyNot(one), timeout }, async (t) => {
    const target = await one.build();
    t.jobs = 4;
    runCases(t, target);
  });
}

async function whyNot(one: CompiledFunction): Promise<string | false> {
  if (process.platform === 'win32') return 'an OS-only function is a program for Linux or macOS';
  return need(one.toolchain) || one.tooOld();
}
