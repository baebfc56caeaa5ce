import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import { llrtProgram, noExecutable } from '../../../packages/host-llrt/src/testing/executable.ts';
import { allCases } from '../cases/all.ts';
import type { CaseResult, SuiteOrder } from '../llrt/protocol.ts';
import { nodeMachine } from '../node-machine.ts';
import { runCase, skipReason } from '../run-case.ts';
import type { Target, TargetSource } from '../target.ts';

/** The first run on a machine may compile the functions and fetch what they need. */
const timeout = 280_000;

/**
 * Runs the suite against a family's targets, on both hosts: every case is a subtest, one that a target cannot meet is
 * skipped with the reason.
 */
export async function runFamily(t: Test, source: TargetSource): Promise<void> {
  t.setTimeout(2 * timeout);
  const found = await source();
  const targets = found.filter((one): one is Target => !('missing' in one));
  for (const one of found) {
    if ('missing' in one) t.test(one.name, { skip: one.missing }, async () => {});
  }
  for (const target of targets) {
    t.test(`${target.name} on Node`, { timeout }, async (t) => {
      t.jobs = 4;
      for (const one of allCases) {
        t.test(one.name, { skip: skipReason(target, one) }, (t) => runCase(t, target, one, nodeMachine));
      }
    });
  }
  t.test('the executable', { skip: targets.length > 0 ? noExecutable : 'there is no target', timeout }, async (t) => {
    const results = await resultsOnLlrt(t, targets);
    for (const { name: target } of targets) {
      t.test(`${target} on LLRT`, async (t) => {
        const own = results.filter((result) => result.target === target);
        t.equal(own.length, allCases.length, 'every case was run or skipped');
        for (const { name, skip, failures } of own) t.test(name, { skip }, async (t) => t.same(failures, []));
      });
    }
  });
}

async function resultsOnLlrt(t: Test, targets: readonly Target[]): Promise<CaseResult[]> {
  const { root, searchPath, interpreter } = nodeMachine;
  const order: SuiteOrder = { root, searchPath, interpreter, targets };
  const program = await llrtProgram(new URL('../llrt/suite.ts', import.meta.url));
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
