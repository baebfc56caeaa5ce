import type { ConformanceCase } from '../conformance-case.ts';

export const logCases: readonly ConformanceCase[] = [
  {
    name: 'START, what the function writes, END and REPORT come in this order',
    behaviour: 'writes',
    async check(t, run) {
      const first = await run.invoke('{}');
      t.equal(JSON.parse(first.text), 'written');
      const log = run.log();
      const places = [
        `START RequestId: ${first.requestId} Version: $LATEST\n`,
        'out without end',
        `END RequestId: ${first.requestId}\n`,
      ].map((part) => log.indexOf(part));
      t.ok(
        places.every((place) => place >= 0),
        `all are there: ${places}`,
      );
      t.same(
        places,
        [...places].sort((one, other) => one - other),
      );
      t.ok(log.indexOf('err line\n') < places[2]!, 'standard error too comes before END');
      t.match(
        log,
        new RegExp(
          `REPORT RequestId: ${first.requestId}\\tDuration: \\d+\\.\\d\\d ms\\tBilled Duration: \\d+ ms\\t` +
            'Memory Size: 128 MB\\tMax Memory Used: [1-9]\\d* MB\\tInit Duration: \\d+\\.\\d\\d ms\\t\\n',
        ),
      );
      const second = await run.invoke('{}');
      const report = new RegExp(`REPORT RequestId: ${second.requestId}.*`).exec(run.log())?.[0];
      t.notMatch(report, /Init Duration/, 'a warm invocation had no initialization');
    },
  },
];
