import t, { type Test } from 'tap';
import { serve } from './door-process.ts';

const timeout = 120_000;
t.setTimeout(3 * timeout);
t.jobs = 2;

const folder = t.testdir({
  'index.cjs': `
    const { mkdirSync, readdirSync, writeFileSync } = require('node:fs');
    const { threadId } = require('node:worker_threads');
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    const inside = { threadId, pid: process.pid };

    // Leaves when all who are expected are inside.
    exports.meets = async ({ folder, name, expected }, context) => {
      console.log('meeting as ' + name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(folder + '/' + name, '');
      while (readdirSync(folder).length < expected) await pause();
      console.log('met as ' + name);
      return { ...inside, folder, name, requestId: context.awsRequestId };
    };
    exports.does = async ({ what }) => {
      if (what === 'throw') throw new TypeError('it is broken');
      if (what === 'wait') await new Promise(() => setInterval(() => undefined, 1000));
      if (what === 'spin') for (;;);
      if (what === 'exit') process.exit(42);
      if (what === 'kill') process.kill(process.pid, 'SIGKILL');
      if (what === 'uncaught') return new Promise(() => setImmediate(() => { throw new Error('nobody catches this'); }));
      return inside;
    };
    exports.streams = awslambda.streamifyResponse(async (event, stream) => {
      for (const part of ['one', ',two', ',three']) stream.write(part);
      stream.end();
    });
    exports.callsBack = (event, context, callback) => callback(null, 'no');
    exports.context = async (event, context) => ({
      clientContext: context.clientContext, tenantId: context.tenantId, trace: context.xRayTraceId,
    });
  `,
});

interface Options {
  readonly concurrency?: number;
  readonly workers?: number;
  readonly seconds?: number;
  readonly runtime?: string;
}

async function served(t: Test, handler: string, options: Options = {}) {
  const { concurrency = 4, workers, seconds = 60, runtime = 'nodejs24.x' } = options;
  const variables = [`AWS_LAMBDA_MAX_CONCURRENCY=${concurrency}`];
  if (workers) variables.push(`AWS_LAMBDA_NODEJS_WORKER_COUNT=${workers}`);
  const flags = ['--task-dir', folder, '--runtime', runtime, '--concurrency', '1', '--timeout', String(seconds)];
  const server = await serve(t, `index.${handler}`, [...flags, ...variables.flatMap((one) => ['--env', one])]);
  const does = async (what: string) => JSON.parse((await server.invoke(JSON.stringify({ what }))).text);
  return { ...server, does };
}

t.test('8 callers at once, each with its own answer and its own log', { timeout: 2 * timeout }, async (t) => {
  await t.test('in 8 threads', { timeout }, (t) => meetOften(t, { threads: 8 }));
  await t.test('in one thread', { timeout }, (t) => meetOften(t, { threads: 1, workers: 1 }));
});

async function meetOften(t: Test, { threads, workers }: { threads: number; workers?: number }): Promise<void> {
  const { invoke, door } = await served(t, 'meets', { concurrency: 8, ...(workers && { workers }) });
  const seen = { pids: new Set<number>(), threads: new Set<number>() };
  const names = new Map<string, string>();

  const meet = async (meeting: string, callers: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        const event = { folder: `${folder}/${threads}-${meeting}`, name: `caller-${caller}`, expected: callers };
        const answer = await invoke(JSON.stringify(event), { 'X-Amz-Log-Type': 'Tail' });
        const id = answer.headers.get('x-amzn-requestid')!;
        const { threadId, pid, ...rest } = JSON.parse(answer.text);
        t.strictSame(rest, { folder: event.folder, name: event.name, requestId: id });
        checkTail(t, Buffer.from(answer.headers.get('x-amz-log-result')!, 'base64').toString(), id, event.name);
        seen.pids.add(pid);
        seen.threads.add(threadId);
        names.set(id, event.name);
      }),
    );
  };

  // The first thread is ready long before the last.
  for (let round = 0; seen.threads.size < threads; round++) await meet(`alone-${round}`, 1);
  for (let round = 0; round < 25; round++) await meet(String(round), 8);
  door.child.kill('SIGTERM');
  const { stdout, stderr } = await door.ended;

  t.equal(seen.pids.size, 1);
  t.equal(seen.threads.size, threads);
  const said = new Map<string, string[]>();
  for (const line of stdout.trimEnd().split('\n')) {
    const { requestId, message } = JSON.parse(line);
    said.set(requestId, [...(said.get(requestId) ?? []), message]);
  }
  t.strictSame(said, new Map([...names].map(([id, name]) => [id, [`meeting as ${name}`, `met as ${name}`]])));
  for (const line of ['START', 'END', 'REPORT']) {
    const ids = [...stderr.matchAll(new RegExp(`^${line} RequestId: (\\S+)`, 'gm'))].map(([, id]) => id);
    t.same(ids.sort(), [...names.keys()].sort(), `${line} for each, once`);
  }
  t.equal(stderr.match(/Init Duration/g)?.length, 1);
}

function checkTail(t: Test, tail: string, id: string, name: string): void {
  const lines = tail.split('\n');
  const said = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  t.match(
    said,
    [`meeting as ${name}`, `met as ${name}`].map((message) => ({ requestId: id, level: 'INFO', message })),
  );
  t.equal(said.length, 2);
  t.equal(lines[0], `START RequestId: ${id} Version: $LATEST`);
  t.equal(lines[3], `END RequestId: ${id}`);
  t.match(lines[4], new RegExp(`^REPORT RequestId: ${id}\\tDuration: `));
}

t.test('one that times out fails alone, and its environment stays', { timeout }, async (t) => {
  for (const what of ['wait', 'spin']) {
    const { does, door } = await served(t, 'does', { workers: 2, seconds: 4 });
    const { pid } = await does('');
    t.match(await does(what), { errorType: 'Sandbox.Timedout', errorMessage: /Task timed out after 4\.00 seconds$/ });
    t.match(
      door.stderr,
      /Task timed out after 4\.00 seconds\n\nEND .*\nREPORT .*\tDuration: 4000\.00 ms\t.*Status: timeout/,
    );
    const after = await Promise.all([does(''), does('')]);
    for (const answer of after) if (answer.pid) t.equal(answer.pid, pid, 'the same process');
    t.ok(
      after.some((answer) => answer.pid === pid),
      `another thread answers after "${what}"`,
    );
  }
});

t.test('an error of the handler is its own', { timeout }, async (t) => {
  const { does } = await served(t, 'does');
  const answers = await Promise.all([does('throw'), does(''), does('throw'), does('')]);
  t.match(answers[0], { errorType: 'TypeError', errorMessage: 'it is broken' });
  t.match(answers[2], { errorType: 'TypeError', errorMessage: 'it is broken' });
  t.equal(answers[1].pid, answers[3].pid);
});

t.test('a thread that ends leaves its invocation to the timeout, and the others work', { timeout }, async (t) => {
  for (const what of ['exit', 'uncaught']) {
    const { does } = await served(t, 'does', { workers: 2, seconds: 4 });
    const before = await does('');
    t.match(await does(what), { errorType: 'Sandbox.Timedout' });
    for (let round = 0; round < 4; round++) t.equal((await does('')).pid, before.pid, 'the process is the same');
  }
});

t.test('with its last thread the environment ends, and a new one works', { timeout }, async (t) => {
  const { does } = await served(t, 'does', { workers: 1 });
  const { pid } = await does('');
  t.match(await does('exit'), {
    errorType: 'Runtime.ExitError',
    errorMessage: /Error: Runtime exited without providing a reason$/,
  });
  const after = await does('');
  t.type(after.pid, 'number');
  t.not(after.pid, pid);
});

t.test('a process that is killed ends all that ran in it', { timeout }, async (t) => {
  const { does, door } = await served(t, 'does');
  const { pid } = await does('');
  const waiting = [does('wait'), does('wait')];
  await door.hears('stderr', /(START [\s\S]*){3}/);
  const killed = { errorType: 'Runtime.ExitError', errorMessage: /Error: Runtime exited with error: signal: killed$/ };
  t.match(await does('kill'), killed);
  for (const one of waiting) t.match(await one, killed);
  const after = await does('');
  t.type(after.pid, 'number');
  t.not(after.pid, pid);
});

t.test('what the caller supplied reaches every thread', { timeout }, async (t) => {
  const { invoke } = await served(t, 'context');
  const contexts = await Promise.all(
    Array.from({ length: 8 }, async (_, caller) => {
      const clientContext = { custom: { caller: `ü ${caller}` } };
      const { text } = await invoke('{}', {
        'X-Amz-Client-Context': Buffer.from(JSON.stringify(clientContext)).toString('base64'),
        'X-Amz-Tenant-Id': `tenant-${caller}`,
        'X-Amzn-Trace-Id': `Root=1-63441c4a-abcdef01234567891234567${caller}`,
      });
      return { caller, clientContext, context: JSON.parse(text) };
    }),
  );
  for (const { caller, clientContext, context } of contexts) {
    t.match(context, { clientContext, tenantId: `tenant-${caller}` });
    t.match(context.trace, new RegExp(`^Root=1-63441c4a-abcdef01234567891234567${caller}`));
  }
});

t.test('answers are streamed', { timeout }, async (t) => {
  const { invoke } = await served(t, 'streams');
  const answers = await Promise.all(Array.from({ length: 8 }, () => invoke('{}')));
  t.same(new Set(answers.map(({ text }) => text)), new Set(['one,two,three']));
});

t.test('nodejs22.x has the client of managed instances, which takes no callbacks', { timeout }, async (t) => {
  const { invoke } = await served(t, 'callsBack', { runtime: 'nodejs22.x' });
  t.match(JSON.parse((await invoke('{}')).text), { errorType: 'Runtime.CallbackHandlerDeprecated' });
});

t.test('a runtime that cannot says so', { timeout }, async (t) => {
  for (const runtime of ['nodejs20.x', 'nodejs12.x']) {
    const { invoke } = await served(t, 'does', { runtime });
    t.match(JSON.parse((await invoke('{}')).text), {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: new RegExp(
        `AWS_LAMBDA_MAX_CONCURRENCY is 4, but ${runtime} takes one invocation at a time here: several need nodejs22\\.x`,
      ),
    });
  }
});
