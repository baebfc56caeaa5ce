import t from 'tap';
import { eventSummary } from './event-summary.ts';
import { formatBytes, formatDuration } from './format.ts';
import { functionErrorOf } from './function-error.ts';
import type { Invocation, LogPart } from './invocation.ts';
import { formatJson, jsonFlaw, prettyJson } from './json-text.ts';
import { logLines } from './log-lines.ts';
import { deleteEvent, savedEvents, saveEvent } from './saved-events.ts';
import { templates } from './templates.ts';

t.test('JSON is laid out to the letter', async (t) => {
  t.equal(
    formatJson('{"a":[1,2.50,{}],"b":"x:{,\\"","a":12345678901234567890}'),
    [
      '{',
      '  "a": [',
      '    1,',
      '    2.50,',
      '    {}',
      '  ],',
      '  "b": "x:{,\\"",',
      '  "a": 12345678901234567890',
      '}',
    ].join('\n'),
  );
  for (const { event } of templates) {
    t.equal(formatJson(JSON.stringify(event)), JSON.stringify(event, undefined, 2), 'as JSON.stringify does');
  }
  t.match(
    prettyJson('{"k":"s","n":-1e3,"w":null}')?.filter(({ kind }) => kind !== 'gap'),
    [{ kind: 'key' }, { kind: 'string' }, { kind: 'key' }, { kind: 'number' }, { kind: 'key' }, { kind: 'word' }],
  );
  t.equal(prettyJson('not JSON'), undefined);
  t.equal(formatJson('not JSON'), 'not JSON');
  t.match(jsonFlaw('{"a":'), /JSON/);
});

const part = (text: string, more: Partial<LogPart> = {}): LogPart => ({
  seq: 1,
  at: 5,
  stream: 'telemetry',
  extension: undefined,
  text,
  cutFrom: undefined,
  ...more,
});

t.test('a log is read line by line', async (t) => {
  const node = '2026-11-22T04:10:58.227Z\t217ec984-d7b9-4938-8a9f-a0d14e95702d\t';
  const read = (...parts: LogPart[]) =>
    logLines(parts).map(({ level, from, text, json }) => ({ level, from, text, json }));
  t.match(read(part(`${node}WARN\tcareful\nin two lines\n`)), [{ level: 'warn', text: 'careful\nin two lines' }]);
  t.match(read(part(`${node}ERROR\tInvoke Error \t{"errorType":"E","errorMessage":"no"}\n`)), [
    { level: 'error', text: 'Invoke Error: no', json: '{"errorType":"E","errorMessage":"no"}' },
  ]);
  t.match(read(part('[INFO]\t2026-11-22T04:10:58.227Z\t217ec984-d7b9-4938-8a9f-a0d14e95702d\tof Python\n')), [
    { level: 'info', text: 'of Python' },
  ]);
  t.match(read(part(`${node}INFO\t{"level":"fatal","message":"of a logger"}\n`)), [
    { level: 'fatal', text: 'of a logger' },
  ]);
  t.match(read(part('\u001b[31mred\u001b[0m\none more\n', { stream: 'stderr' })), [
    { level: undefined, from: 'stderr', text: 'red' },
    { from: 'stderr', text: 'one more' },
  ]);
  t.match(
    read(part('in ', { stream: 'stdout' }), part('pieces\n', { stream: 'stdout', seq: 2 })),
    [{ text: 'in pieces' }],
    'what was written in pieces is one line',
  );
  t.match(read(part('x\n', { stream: 'stdout', extension: 'agent' })), [{ from: 'agent', text: 'x' }]);
});

const failed = (payload: string): Invocation =>
  ({ outcome: { kind: 'function-error', payload, errorType: 'Given' } }) as unknown as Invocation;

t.test("each language's errors have a stack", async (t) => {
  const stackOf = (payload: object) => functionErrorOf(failed(JSON.stringify(payload)))?.stack;
  const head = { errorType: 'E', errorMessage: 'm' };
  t.same(stackOf({ ...head, trace: ['E: m', '    at a.mjs:1:1'] }), ['E: m', '    at a.mjs:1:1'], 'Node.js');
  t.same(stackOf({ ...head, stackTrace: ['  File "a.py", line 1, in f\n    x()\n'] }), [
    '  File "a.py", line 1, in f',
    '    x()',
  ]);
  t.same(stackOf({ ...head, stackTrace: [{ path: 'main.go', line: 7, label: 'main' }] }), ['main (main.go:7)'], 'Go');
  t.match(functionErrorOf(failed(JSON.stringify({ ...head, cause: { ...head, errorMessage: 'why' } }))), {
    cause: { message: 'why' },
  });
  t.match(functionErrorOf(failed('no JSON')), { type: 'Given', message: 'no JSON', stack: [] });
});

t.test('an event is named after what it is', async (t) => {
  const names = templates.map(({ event }) => eventSummary(JSON.stringify(event)));
  t.same(names, [
    '{}',
    'POST /orders/17',
    'POST /orders/17',
    'GET /orders',
    'S3 photos/cats/tom.jpg',
    'SQS orders',
    'SNS orders',
    'shop.orders Order Placed',
    'aws.events Scheduled Event',
    'DynamoDB MODIFY orders',
    'Kinesis orders',
    'Cognito PostConfirmation_ConfirmSignUp',
  ]);
  const two = { Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:1:q' }, {}] };
  t.equal(eventSummary(JSON.stringify(two)), '2 × SQS q');
  t.equal(eventSummary('{\n "a": 1\n}'), '{ "a": 1 }');
});

t.test('events are saved under names', async (t) => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  saveEvent(storage, { name: 'b', text: '1' });
  saveEvent(storage, { name: 'a', text: '2' });
  saveEvent(storage, { name: 'b', text: '3' });
  t.same(savedEvents(storage), [
    { name: 'a', text: '2' },
    { name: 'b', text: '3' },
  ]);
  t.same(deleteEvent(storage, 'a'), [{ name: 'b', text: '3' }]);
  for (const key of kept.keys()) kept.set(key, '[{"name":1}, "x"');
  t.same(savedEvents(storage), [], 'what cannot be read is none');
});

t.test('figures have three digits', async (t) => {
  t.same([0.4123, 9.4, 61.06, 412.4, 3001, 61_300].map(formatDuration), [
    '0.41 ms',
    '9.40 ms',
    '61.1 ms',
    '412 ms',
    '3.00 s',
    '1 min 01 s',
  ]);
  t.same([9, 2048, 65_536, 3_145_728].map(formatBytes), ['9 B', '2.0 KiB', '64 KiB', '3.0 MiB']);
});
