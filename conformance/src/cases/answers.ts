import type { ConformanceCase } from '../conformance-case.ts';

export const answerCases: readonly ConformanceCase[] = [
  {
    name: 'an event comes back as it went in',
    behaviour: 'echo',
    async check(t, run) {
      const event = { text: 'grüße, 世界 🎈 \u0000 "quoted" \\ <&>', number: 1.5e300, list: [null, true, {}] };
      const answer = await run.invoke(JSON.stringify(event));
      t.same(JSON.parse(answer.text), event);
      t.equal(answer.functionError, undefined);
    },
  },
  {
    name: 'an empty payload is the event {}',
    behaviour: 'echo',
    async check(t, run) {
      t.equal((await run.invoke('')).text, '{}');
    },
  },
  {
    name: 'payloads of 5.5 MB go through both ways',
    behaviour: 'echo',
    function: { timeoutMs: 20_000 },
    async check(t, run) {
      const long = 'ä'.repeat(2_750_000);
      const answer = await run.invoke(JSON.stringify({ long }));
      t.ok(JSON.parse(answer.text).long === long, 'the answer is the event');
    },
  },
  {
    name: 'an environment is used again, and remembers',
    behaviour: 'counts',
    async check(t, run) {
      t.equal((await run.invoke('{}')).text, '1');
      t.equal((await run.invoke('{}')).text, '2');
      t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 1);
    },
  },
  {
    name: 'invocations that overlap wait in order and get their own answers',
    behaviour: 'echo',
    function: { timeoutMs: 20_000 },
    async check(t, run) {
      const numbers = Array.from({ length: 12 }, (_, index) => String(index));
      const answers = await Promise.all(numbers.map((number) => run.invoke(number)));
      t.same(
        answers.map(({ text }) => text.trim()),
        numbers,
      );
      const started = run.events.flatMap((event) => (event.type === 'invocation-started' ? [event.requestId] : []));
      t.same(
        started,
        answers.map(({ requestId }) => requestId),
      );
    },
  },
  {
    name: 'an answer over the limit is refused with its size',
    behaviour: 'sevenMegabytes',
    function: { timeoutMs: 20_000 },
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(answer.functionError, 'Unhandled');
      t.same(JSON.parse(answer.text), {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size (7000002 bytes) exceeded maximum allowed payload size (6291556 bytes).',
      });
    },
  },
  {
    name: 'an answer that is streamed in arrives whole',
    behaviour: 'streams',
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(answer.text, 'one,two,three');
      t.equal(answer.functionError, undefined);
    },
  },
  {
    name: 'an answer that fails half-way is a function error, and the environment lives on',
    behaviour: 'streamsThenFails',
    async check(t, run) {
      const answer = await run.invoke('{}');
      t.equal(answer.functionError, 'Unhandled');
      t.match(JSON.parse(answer.text), { errorType: 'RangeError', errorMessage: 'half-way' });
      t.equal((await run.invoke('{}')).functionError, 'Unhandled');
      t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 1);
    },
  },
];
