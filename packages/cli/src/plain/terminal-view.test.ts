import { encodeText, type LifecycleEvent, type Outcome } from '@lambda-bootstraps/core';
import t from 'tap';
import { createTerminalView } from './terminal-view.ts';

const environmentId = 'e';

interface Case {
  readonly event?: string;
  readonly outcome?: Outcome;
  readonly initDurationMs?: number;
  readonly columns?: number;
  readonly hasColors?: boolean;
  readonly hasDetails?: boolean;
}

/** What is written of one invocation. */
function written({ event = '{}', outcome, initDurationMs, columns, hasColors = false, hasDetails = false }: Case) {
  const lines: string[] = [];
  const view = createTerminalView({
    writeLine: (line) => lines.push(line),
    writeOutput: (stream, bytes) => lines.push(`${stream}: ${Buffer.from(bytes)}`),
    columns: () => columns,
    hasColors,
    hasDetails,
  });
  const requestId = '0409afa1-ad1e-42c1-b9ae-8b051a2292b7';
  const traceId = 'Root=1-2;Parent=3';
  const at = new Date(2026, 0, 2, 3, 4, 5, 60).getTime();
  const ofInvocation = { environmentId, requestId, at };
  const events: LifecycleEvent[] = [
    { type: 'invocation-received', at, requestId, traceId, payload: encodeText(event) },
    { type: 'invocation-started', ...ofInvocation, traceId, functionVersion: '$LATEST' },
    { type: 'log', environmentId, at, stream: 'stdout', bytes: encodeText('of the function\n') },
    {
      type: 'invocation-completed',
      ...ofInvocation,
      outcome: outcome ?? { kind: 'success', payload: encodeText('{"ok":true}') },
      report: {
        durationMs: 2.31,
        billedDurationMs: 64,
        memorySizeMb: 128,
        maxMemoryUsedMb: 44,
        initDurationMs,
        status: 'success',
        errorType: undefined,
        failure: undefined,
      },
    },
  ];
  for (const one of events) view(one);
  return lines;
}

t.test('an invocation is a line, below what the function wrote', async (t) => {
  t.same(written({ event: '{"httpMethod":"GET","path":"/orders"}', initDurationMs: 61.06 }), [
    'stdout: of the function\n',
    '03:04:05.060  ok            2.31 ms    44 MB  init 61.1 ms   GET /orders',
  ]);
  t.equal(
    written({})[1],
    '03:04:05.060  ok            2.31 ms    44 MB                 {}',
    'figures stay in their columns',
  );
});

t.test('a failure says what it is', async (t) => {
  const payload = encodeText(
    '{"errorType":"TypeError","errorMessage":"no \\u001b[2J","trace":["TypeError: no","    at f (a.mjs:1:2)"]}',
  );
  const cases: [Outcome, RegExp][] = [
    [{ kind: 'function-error', errorType: 'TypeError', payload }, / error {9}.*\{\} {2}→ {2}TypeError: no {2}\[2J$/],
    [{ kind: 'init-error', errorType: 'TypeError', payload: encodeText('?') }, / init error .*→ {2}TypeError$/],
    [{ kind: 'exit', errorType: 'Runtime.ExitError', message: 'exited' }, / crash .*→ {2}exited$/],
    [{ kind: 'timeout', timeoutMs: 3000, at: 0 }, / timeout .*\{\}$/],
  ];
  for (const [outcome, line] of cases) t.match(written({ outcome })[1], line, outcome.kind);
});

t.test('a line is as wide as the terminal', async (t) => {
  const event = JSON.stringify({ long: 'x'.repeat(500) });
  t.equal(written({ event, columns: 100 })[1]?.length, 100);
  t.match(written({ event, columns: 100 })[1], /x…$/);
  t.equal(written({ event, columns: 20 })[1]?.length, 73, 'figures are never cut');
});

t.test('colours are for terminals that have them', async (t) => {
  const [, line = ''] = written({ hasColors: true });
  t.match(line, '\u001b[32mok        \u001b[0m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  t.equal(line.replace(/\u001b\[\d+m/g, ''), written({})[1]);
});

t.test('details follow on demand', async (t) => {
  t.same(written({ event: '{"a":1.0}', hasDetails: true }).slice(2), [
    '  request 0409afa1-ad1e-42c1-b9ae-8b051a2292b7  billed 64 ms  Root=1-2',
    '  event',
    '    {',
    '      "a": 1.0',
    '    }',
    '  result',
    '    {',
    '      "ok": true',
    '    }',
    '',
  ]);
  const payload = encodeText(
    '{"errorType":"E","errorMessage":"m","trace":["E: m","    at f (a.mjs:1:2)"],"cause":{"errorType":"C","errorMessage":"why"}}',
  );
  const outcome: Outcome = { kind: 'function-error', errorType: 'E', payload };
  t.same(written({ outcome, hasDetails: true }).slice(-5), [
    '  E: m',
    '      at f (a.mjs:1:2)',
    '  caused by',
    '  C: why',
    '',
  ]);
  const long = written({ event: `"${'x'.repeat(20_000)}"`, hasDetails: true });
  t.ok(long.includes('  … and 3618 bytes more'), 'what is very long is cut');
});
