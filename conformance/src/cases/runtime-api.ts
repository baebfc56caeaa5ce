import type { ConformanceCase } from '../conformance-case.ts';

export const runtimeApiCases: readonly ConformanceCase[] = [
  {
    name: 'a second answer is refused and the first stands',
    behaviour: 'twice',
    async check(t, run) {
      t.equal((await run.invoke('{}')).text, '"first"');
      t.match(run.log(), /second answer: 403 \{.*"errorType":"InvalidStateTransition"\}/);
    },
  },
  {
    name: 'an answer to another request id is refused and the right one stands',
    behaviour: 'wrongId',
    async check(t, run) {
      t.equal((await run.invoke('{}')).text, '"right"');
      t.match(run.log(), /wrong id: \{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"\} 400/);
    },
  },
];
