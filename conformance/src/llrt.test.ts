import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { llrtProgram, noExecutable } from '../../packages/host-llrt/src/testing/executable.ts';
import { need } from '../../tooling/needs.mjs';
import { allCases } from './cases/all.ts';
import type { Behaviour } from './conformance-case.ts';
import type { CaseResult, CompiledTarget, SuiteOrder } from './llrt/protocol.ts';
import { type CompiledFunction, compiledFunctions } from './targets/compiled.ts';
import { nodeMachine } from './targets/node-host.ts';

/** The first run on a machine compiles the functions. */
const timeout = 280_000;
t.setTimeout(timeout);

t.test('the suite on LLRT', { skip: noExecutable, timeout }, async (t) => {
  const compiled = await Promise.all(compiledFunctions.map(compiledTarget));
  const { root, searchPath, node } = nodeMachine;
  const results = await runSuite({ root, searchPath, node, compiled: compiled.flat() });
  t.ok(results.length > 0 && results.length % allCases.length === 0, `${results.length} results`);
  for (const target of new Set(results.map((result) => result.target))) {
    t.test(target, async (t) => {
      for (const { name, skip, failures } of results.filter((result) => result.target === target)) {
        t.test(name, { skip }, async (t) => t.same(failures, []));
      }
    });
  }
});

async function compiledTarget(one: CompiledFunction): Promise<CompiledTarget[]> {
  if (need(one.toolchain) || (await one.tooOld())) return [];
  const { name, taskRoot, handlerOf } = await one.build();
  const notForIt: Partial<Record<Behaviour, string>> = {};
  for (const { behaviour } of allCases) {
    const choice = handlerOf(behaviour);
    if ('skip' in choice) notForIt[behaviour] = choice.skip;
  }
  return [{ name, taskRoot, notForIt }];
}

async function runSuite(order: SuiteOrder): Promise<CaseResult[]> {
  const program = await llrtProgram(new URL('./llrt/suite.ts', import.meta.url));
  const child = spawn(program, [JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  t.equal(code, 0, 'the suite ran to its end');
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
