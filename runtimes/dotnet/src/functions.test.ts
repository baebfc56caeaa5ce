import { realpath } from 'node:fs/promises';
import t, { type Test } from 'tap';
import type { FunctionOptions, Run } from '../../../conformance/src/conformance-case.ts';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { runCase } from '../../../conformance/src/run-case.ts';
import { standIn } from '../conformance/targets.ts';

type Check = (t: Test, run: Run) => Promise<void>;

const skip = process.platform === 'win32' ? 'the stand-in is a shell script' : false;

function testFunction(name: string, handler: string, check: Check, options: FunctionOptions = {}): void {
  t.test(name, { skip, timeout: 120_000 }, async (t) => {
    const target = await standIn();
    const handlers = { ...target.handlers, echo: handler };
    const one = { name, behaviour: 'echo', function: { timeoutMs: 20_000, ...options }, check } as const;
    return runCase(t, { ...target, handlers }, one, nodeMachine);
  });
}

t.jobs = 4;
t.setTimeout(280_000);
const library = 'Behaviours::Behaviours.Function::';

testFunction('a class library is given to the client', `${library}arguments`, async (t, run) => {
  const { taskRoot, environment } = await standIn();
  t.same(JSON.parse((await run.invoke('{}')).text), [
    ...['exec', '--depsfile', `${taskRoot}/Behaviours.deps.json`],
    ...['--runtimeconfig', `${taskRoot}/Behaviours.runtimeconfig.json`],
    ...[environment?.LAMBDA_BOOTSTRAPS_DOTNET_CLIENT, `${library}arguments`],
  ]);
});

testFunction(
  'an executable assembly is started itself',
  'Behaviours',
  async (t, run) => {
    const [command, assembly] = JSON.parse((await run.invoke('{}')).text);
    t.equal(command, 'exec');
    t.equal(await realpath(assembly), await realpath(`${(await standIn()).taskRoot}/Behaviours.dll`));
  },
  { environment: { METHOD: 'arguments' } },
);

testFunction('records of the log descriptor are the log', `${library}logs`, async (t, run) => {
  await run.invoke('{}');
  t.match(run.log(), 'one\ntwo\n');
});

testFunction('a missing method', `${library}missing`, async (t, run) => {
  const answer = await run.invoke('{}');
  t.equal(answer.functionError, 'Unhandled');
  t.match(JSON.parse(answer.text), {
    errorType: 'LambdaValidationException',
    errorMessage: "Unable to find method 'missing'",
  });
});

testFunction('a missing assembly', 'Missing', async (t, run) => {
  t.match(JSON.parse((await run.invoke('{}')).text), {
    errorType: 'Runtime.InvalidEntrypoint',
    errorMessage: /executable assembly .*Missing\.dll or binary .*Missing not found$/,
  });
});
