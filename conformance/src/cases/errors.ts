import { decodeText, type Files } from '@lambda-bootstraps/core';
import type { Test } from 'tap';
import type { Answer, ConformanceCase, Run } from '../conformance-case.ts';

export const errorCases: readonly ConformanceCase[] = [
  {
    name: "a handler's error reaches the caller as its client words it",
    behaviour: 'throws',
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(answer.functionError, 'Unhandled');
      t.match(JSON.parse(answer.text), { errorType: 'TypeError', errorMessage: 'it is broken' });
      t.equal((await run.invoke('{}')).functionError, 'Unhandled', 'and the environment lives on');
      t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 1);
    },
  },
  {
    name: 'a runtime that exits with a status',
    behaviour: 'exit42',
    check: (t, run) => failsTwice(t, run, 'Runtime exited with error: exit status 42'),
  },
  {
    name: 'a runtime that exits with 0',
    behaviour: 'exit0',
    check: (t, run) => failsTwice(t, run, 'Runtime exited without providing a reason'),
  },
  {
    name: 'a runtime that is killed',
    behaviour: 'sigkill',
    check: (t, run) => failsTwice(t, run, 'Runtime exited with error: signal: killed'),
  },
  {
    name: 'an endless loop ends at the timeout',
    behaviour: 'loop',
    function: { timeoutMs: 600 },
    async check(t, run) {
      const answer = await run.invoke('{}');
      sameError(t, answer, 'Sandbox.Timedout', 'Task timed out after 0.60 seconds');
      t.match(run.log(), new RegExp(`T[0-9:.]+Z ${answer.requestId} Task timed out after 0.60 seconds`));
      t.match(run.log(), /REPORT .*\tDuration: 600\.00 ms\t.*\tStatus: timeout\t/);
    },
  },
  {
    name: 'after a timeout the next invocation works in a new environment',
    behaviour: 'loopOnce',
    function: { timeoutMs: 2_000 },
    async check(t, run) {
      const stuck = await run.invoke('{"loop":true}');
      t.match(stuck.text, /Task timed out after 2\.00 seconds/);
      t.same(JSON.parse((await run.invoke('{"loop":false}')).text), { loop: false });
      t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 2);
    },
  },
  {
    name: 'a timeout ends what the runtime has started',
    behaviour: 'child',
    function: { timeoutMs: 1_500 },
    async check(t, run) {
      await run.invoke('{}');
      const pid = Number(/child=(\d+)/.exec(run.log())?.[1]);
      t.ok(pid > 0, 'the function told its child');
      t.ok(await becomesTrue(async () => !(await isAlive(run.files, pid))), 'the child is gone');
    },
  },
  {
    name: 'a function that does not load',
    behaviour: 'initThrows',
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(answer.functionError, 'Unhandled');
      t.match(JSON.parse(answer.text), { errorType: 'RangeError', errorMessage: 'it does not load' });
      const again = await run.invoke('{}');
      t.match(JSON.parse(again.text), { errorType: 'RangeError' }, 'and again in a new environment');
    },
  },
  {
    name: 'a runtime that exits while it initializes',
    behaviour: 'initExits',
    check: (t, run) => failsTwice(t, run, 'Runtime exited with error: exit status 3'),
  },
  {
    name: 'a runtime that dies after its reply and before it is back',
    behaviour: 'diesAfterReply',
    check: (t, run) => failsTwice(t, run, 'Runtime exited with error: exit status 7'),
  },
  {
    name: 'half an answer and then the timeout: it timed out',
    behaviour: 'halfThenHangs',
    function: { timeoutMs: 1_000 },
    async check(t, run) {
      sameError(t, await run.invoke('{}'), 'Sandbox.Timedout', 'Task timed out after 1.00 seconds');
      t.match(
        run.log(),
        /Task timed out after 1\.00 seconds[\s\S]*REPORT .*\tDuration: 1000\.00 ms\t.*\tStatus: timeout\t/,
      );
    },
  },
  {
    name: 'half an answer and then an exit: it exited',
    behaviour: 'halfThenExits',
    async check(t, run) {
      sameError(t, await run.invoke('{}'), 'Runtime.ExitError', 'Runtime exited with error: exit status 9');
      t.match(run.log(), /Error: Runtime exited with error: exit status 9\nRuntime\.ExitError\nEND /);
    },
  },
  {
    name: 'an error and then the timeout: the error stands, and the report says that it timed out',
    behaviour: 'errorThenHangs',
    function: { timeoutMs: 1_000 },
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.match(JSON.parse(answer.text), { errorType: 'TypeError', errorMessage: 'it is broken' });
      t.match(
        run.log(),
        /Task timed out after 1\.00 seconds[\s\S]*REPORT .*\tDuration: 1000\.00 ms\t.*\tStatus: timeout\t/,
      );
    },
  },
];

/** A killed process takes the kernel a moment to end. */
async function becomesTrue(condition: () => Promise<boolean>): Promise<boolean> {
  for (let round = 0; round < 200; round++) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return condition();
}

/** A process that nobody has waited for yet (state Z) is dead too. */
async function isAlive(files: Files, pid: number): Promise<boolean> {
  try {
    return !/^\d+ \(.*\) Z/.test(decodeText(await files.read(`/proc/${pid}/stat`)));
  } catch {
    return false;
  }
}

async function failsTwice(t: Test, run: Run, message: string): Promise<void> {
  sameError(t, await run.invoke('{}'), 'Runtime.ExitError', message);
  sameError(t, await run.invoke('{}'), 'Runtime.ExitError', message);
  t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 2, 'in an environment each');
}

function sameError(t: Test, answer: Answer, errorType: string, message: string): void {
  t.equal(answer.functionError, 'Unhandled');
  t.same(JSON.parse(answer.text), { errorType, errorMessage: `RequestId: ${answer.requestId} Error: ${message}` });
}
