import type { ConformanceCase, Run } from '../conformance-case.ts';

/** What the extensions of the function have written, a line each. */
const linesOf = (run: Run): string[] =>
  run
    .log()
    .split('\n')
    .filter((line) => line.startsWith('extension:'))
    .map((line) => line.replace('extension: ', '').trim());

export const extensionCases: readonly ConformanceCase[] = [
  {
    name: 'an external extension is told of invocations and of the end',
    behaviour: 'echo',
    function: { layers: ['recorder'] },
    async check(t, run) {
      const first = await run.invoke('1');
      const second = await run.invoke('2');
      t.equal(`${first.text}${second.text}`, '12');
      await run.close();
      t.same(linesOf(run), [
        'registered for $LATEST',
        `INVOKE ${first.requestId} in time`,
        `INVOKE ${second.requestId} in time`,
        'SHUTDOWN spindown in time',
      ]);
      const extension = run.events.find(({ type }) => type === 'extension-initialized');
      t.match(extension, { name: 'recorder', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] });
      const report = run.events.find(({ type }) => type === 'invocation-completed');
      t.match(report, { requestId: first.requestId, report: { extensionOverheadMs: Number } });
    },
  },
  {
    name: 'a telemetry subscriber hears of a cold and a warm invocation in order',
    behaviour: 'echo',
    function: { layers: ['../../../examples/telemetry-extension/layers/node'] },
    async check(t, run) {
      const ids = [(await run.invoke('1')).requestId, (await run.invoke('2')).requestId];
      await run.close();
      const told = [...run.log().matchAll(/^\S+ platform\.(\w+) (\{.*\})$/gm)].map(([, type, record]) => ({
        type,
        requestId: JSON.parse(record ?? '').requestId,
      }));
      const types = told.map(({ type }) => type ?? '');
      t.same(
        types.filter((type) => type.startsWith('init')),
        ['initStart', 'initRuntimeDone', 'initReport'],
        'the initialization',
      );
      t.ok(types.includes('telemetrySubscription'), 'the subscription, which races with the runtime');
      t.same(
        told.filter(({ requestId }) => requestId !== undefined),
        ids.flatMap((requestId) => ['start', 'runtimeDone', 'report'].map((type) => ({ type, requestId }))),
        'the invocations',
      );
    },
  },
  {
    name: 'an extension hears why the environment ended',
    behaviour: 'exit42',
    function: { layers: ['recorder'] },
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(JSON.parse(answer.text).errorType, 'Runtime.ExitError');
      await run.close();
      t.equal(linesOf(run).at(-1), 'SHUTDOWN failure in time');
    },
  },
  {
    name: 'an extension that does not start well is the answer',
    behaviour: 'echo',
    function: { layers: ['crashing'] },
    async check(t, run) {
      const { requestId, text } = await run.invoke('1');
      t.same(JSON.parse(text), {
        errorType: 'Extension.Crash',
        errorMessage: `RequestId: ${requestId} Error: exit status 7`,
      });
      t.same(linesOf(run), ['crashing']);
    },
  },
];
