import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { FunctionOptions, Run } from '../../../conformance/src/conformance-case.ts';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { runCase } from '../../../conformance/src/run-case.ts';
import { noClient, official } from '../conformance/targets.ts';

const folder = (name: string): string => fileURLToPath(new URL(`testing/${name}`, import.meta.url));

type Check = (t: Test, run: Run) => Promise<void>;

/** What the official client does with a function of `testing/functions`. */
function testFunction(
  name: string,
  handler: string,
  check: Check,
  options: FunctionOptions = {},
  skip = noClient(),
): void {
  t.test(name, { skip, timeout: 120_000 }, (t) => {
    const target = { ...official, taskRoot: folder('functions'), handlers: { ...official.handlers, echo: handler } };
    return runCase(
      t,
      target,
      { name, behaviour: 'echo', function: { timeoutMs: 20_000, ...options }, check },
      nodeMachine,
    );
  });
}

t.jobs = 4;
t.setTimeout(280_000);

testFunction('a method of a class is a handler', 'app.Orders.handle', async (t, run) => {
  t.same(JSON.parse((await run.invoke('{"a":1}')).text), { class: 'Orders', event: { a: 1 } });
});

testFunction('what it reads is UTF-8, whatever the machine', 'app.encoding_über', async (t, run) => {
  t.same(JSON.parse((await run.invoke('{}')).text), ['UTF-8', 'UTF-8', true]);
});

testFunction('what it logs comes line by line, what it prints as it is', 'app.logs', async (t, run) => {
  const answer = await run.invoke('{}');
  t.equal(JSON.parse(answer.text), '"done"');
  const log = run.log();
  t.match(log, 'one\ntwo\nthree\n');
  t.match(log, new RegExp(`I, \\[.*\\]  INFO ${answer.requestId} -- : by the logger`));
  t.match(log, 'no end');
});

testFunction('an error has the type and the stack of the client', 'app.argument', async (t, run) => {
  const answer = await run.invoke('{}');
  t.equal(answer.functionError, 'Unhandled');
  const error = JSON.parse(answer.text);
  t.match(error, { errorType: /^Function<ArgumentError>$/, errorMessage: 'grüße' });
  t.match(error.stackTrace[0], new RegExp(`^${folder('functions')}/app\\.rb:11:in .*argument'$`));
  t.match(error.stackTrace[1], /aws_lambda_ric\/lambda_handler\.rb:\d+:in .*call_handler'$/);
  t.match(run.log(), 'Error raised from handler method\n');
  await run.invoke('{}');
  t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 1, 'the environment lives on');
});

testFunction(
  'a call of what is not there ends the environment, as the client wants it',
  'app.no_method',
  async (t, run) => {
    t.match(JSON.parse((await run.invoke('{}')).text), { errorType: 'Function<NoMethodError>' });
    t.match(run.log(), 'Critical exception from handler\n');
    t.match(JSON.parse((await run.invoke('{}')).text), { errorType: 'Function<NoMethodError>' });
    t.equal(run.events.filter(({ type }) => type === 'environment-starting').length, 2);
  },
);

testFunction('exit is an error of the function', 'app.exits', async (t, run) => {
  t.match(JSON.parse((await run.invoke('{}')).text), { errorType: 'Function<SystemExit>', errorMessage: 'exit' });
});

testFunction('bytes of an IO go out as they are', 'app.bytes', async (t, run) => {
  const answer = await run.invoke('{}');
  t.equal(answer.functionError, undefined);
  t.match(answer.text, '\0\ufffd raw');
});

testFunction(
  'layers are on the path of libraries and of gems',
  'app.from_layer',
  async (t, run) => {
    t.same(JSON.parse((await run.invoke('{}')).text), ['lib', 'gem', true]);
  },
  // The suite's own layers are named from their folder.
  { layers: ['../../../runtimes/ruby/src/testing/layer'] },
);

testFunction('a missing file', 'missing.handler', async (t, run) => {
  const answer = await run.invoke('{}');
  t.match(JSON.parse(answer.text), {
    errorType: 'Init<LoadError>',
    errorMessage: 'cannot load such file -- missing',
  });
});

testFunction('a missing method', 'app.nothing', async (t, run) => {
  t.match(JSON.parse((await run.invoke('{}')).text), { errorType: 'Function<NoMethodError>', errorMessage: 'nothing' });
});

testFunction('a syntax error', 'syntax_error.handler', async (t, run) => {
  t.match(JSON.parse((await run.invoke('{}')).text), {
    errorType: 'Init<SyntaxError>',
    errorMessage: 'syntax_error.rb',
  });
});

testFunction('a handler that is none', 'handler', async (t, run) => {
  t.match(JSON.parse((await run.invoke('{}')).text), {
    errorType: 'Init<ArgumentError>',
    errorMessage: 'must be of form FILENAME.METHOD',
  });
});

testFunction(
  'a client that is not there',
  'app.logs',
  async (t, run) => {
    const answer = await run.invoke('{}');
    t.match(JSON.parse(answer.text), {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: /aws_lambda_ric in \/nowhere\. Try: gem install aws_lambda_ric$/,
    });
    t.match(run.log(), "Couldn't find the runtime interface client");
  },
  { environment: { LAMBDA_BOOTSTRAPS_RUBY_CLIENT: '/nowhere' } },
);

const oldClient = fileURLToPath(new URL('../dist/ric/2/lib', import.meta.url));

testFunction(
  'the client for Ruby 2 is started as it wants it',
  'app.Orders.handle',
  async (t, run) => {
    t.same(JSON.parse((await run.invoke('{"a":1}')).text), { class: 'Orders', event: { a: 1 } });
    t.match(run.log(), "Executing 'app.Orders.handle' in function directory");
  },
  // In Ruby 2 net/http brings stringio, which the client uses.
  { environment: { LAMBDA_BOOTSTRAPS_RUBY_CLIENT: oldClient, RUBYOPT: '-rstringio' } },
  noClient() || (existsSync(oldClient) ? false : 'needs aws-lambda-ric: a build where `gem fetch` finds 2.0.0'),
);
