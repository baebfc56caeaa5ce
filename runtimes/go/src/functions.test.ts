import t, { type Test } from 'tap';
import type { FunctionOptions, Run } from '../../../conformance/src/conformance-case.ts';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { runCase } from '../../../conformance/src/run-case.ts';
import type { Target } from '../../../conformance/src/target.ts';
import { targets } from '../conformance/targets.ts';

/** The first run on a machine compiles the functions. */
const timeout = 280_000;
t.setTimeout(2 * timeout);

const all = await targets();
const [newest, oldest] = all;

type Check = (t: Test, run: Run) => Promise<void>;

function testFunction(name: string, one: (typeof all)[number], handler: string, check: Check, more: More = {}): void {
  const skip = 'missing' in one ? one.missing : false;
  t.test(name, { skip, timeout }, (t) => {
    const target: Target = { ...(one as Target), ...more.target };
    const handlers = { ...target.handlers, echo: handler };
    const options = { timeoutMs: 20_000, ...more.function };
    return runCase(t, { ...target, handlers }, { name, behaviour: 'echo', function: options, check }, nodeMachine);
  });
}

interface More {
  readonly target?: Partial<Target>;
  readonly function?: FunctionOptions;
}

const starts = (run: Run): number => run.events.filter(({ type }) => type === 'environment-starting').length;

testFunction('a panic is told with its stack, and ends the program', oldest!, 'panics', async (t, run) => {
  for (const round of [1, 2]) {
    const answer = await run.invoke('{}');
    t.equal(answer.functionError, 'Unhandled');
    const error = JSON.parse(answer.text);
    t.match(error, { errorMessage: 'at once', errorType: 'string' });
    t.match(error.stackTrace[0], { path: String, line: Number, label: String });
    t.ok(
      error.stackTrace.some((frame: { path: string }) => frame.path.endsWith('main.go')),
      'the place is there',
    );
    t.equal(starts(run), round);
  }
});

testFunction('an error has neither stack nor more', oldest!, 'throws', async (t, run) => {
  t.same(JSON.parse((await run.invoke('{}')).text), { errorMessage: 'it is broken', errorType: 'TypeError' });
});

testFunction('a handler that is no program', newest!, 'missing', async (t, run) => {
  const answer = await run.invoke('{}');
  t.match(JSON.parse(answer.text), {
    errorType: 'Runtime.InvalidEntrypoint',
    errorMessage: /fork\/exec .*\/missing: no such file or directory$/,
  });
});

testFunction(
  'with an empty _LAMBDA_SERVER_PORT it uses the Runtime API',
  newest!,
  'context',
  async (t, run) => {
    const answer = await run.invoke('{}', { tenantId: 'tenant-1' });
    t.equal(JSON.parse(answer.text).tenantId, 'tenant-1', 'which alone knows tenants');
  },
  { target: { environment: { _LAMBDA_SERVER_PORT: '' } } },
);

testFunction('an identity that is no JSON is none', newest!, 'context', async (t, run) => {
  const answer = await run.invoke('{}', { cognitoIdentity: 'no JSON' });
  t.equal(JSON.parse(answer.text).cognitoIdentityId, null);
});

testFunction('a client context that is no JSON is the function’s error', oldest!, 'context', async (t, run) => {
  const answer = await run.invoke('{}', { clientContext: 'no JSON' });
  t.match(JSON.parse(answer.text), { errorType: 'SyntaxError' });
});
