// The conformance suite as a program of its own, for the executable: see testing/run-family.ts.
import { findExecutable, llrtHost, llrtLauncher, native } from '@lambda-bootstraps/host-llrt';
import { allCases } from '../cases/all.ts';
import type { ConformanceCase } from '../conformance-case.ts';
import type { Machine } from '../on-host.ts';
import { runCase, skipReason } from '../run-case.ts';
import type { Target } from '../target.ts';
import type { CaseResult, SuiteOrder } from './protocol.ts';
import { TinyTest } from './tiny-test.ts';

const atOnce = 4;

const { targets, ...order }: SuiteOrder = JSON.parse(native.arguments[1] ?? '');
const machine: Machine = { ...order, hostName: 'LLRT', host: llrtHost, launcher: llrtLauncher, findExecutable };

async function resultOf(target: Target, one: ConformanceCase): Promise<CaseResult> {
  const skip = skipReason(target, one);
  const t = new TinyTest();
  if (!skip) {
    try {
      await runCase(t.asTest(), target, one, machine);
    } catch (error) {
      const { message, stack } = error as Error;
      t.failures.push(`${message}\n${stack}`);
    }
    await t.end();
  }
  return { target: target.name, name: one.name, skip, failures: t.failures };
}

const waiting = targets.flatMap((target) => allCases.map((one) => ({ target, one })));

await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      native.write(1, `${JSON.stringify(await resultOf(next.target, next.one))}\n`);
    }
  }),
);
native.exit(0);
