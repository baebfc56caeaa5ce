import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable, nodeHost } from '@lambda-bootstraps/host-node';
import t from 'tap';
import { java } from './index.ts';
import { findJava } from './java-home.ts';
import { noJava } from './testing/compile.ts';
import { compileFunctions, startFunction } from './testing/java-function.ts';

const run = promisify(execFile);
/** A fresh object each time: tap keeps facts of a test in it. */
const options = () => ({ skip: noJava, timeout: 120_000 });

t.setTimeout(300_000);
t.jobs = 2;

const taskRoot = noJava ? '' : await compileFunctions();

t.test('every kind of handler', options(), async (t) => {
  const answer = async (handler: string, event: unknown) =>
    (await startFunction(t, { taskRoot, handler }).invoke(event)).value;
  t.equal(await answer('example.Functions', { name: 'ü' }), 'Hello, ü!', 'a RequestHandler, by its class alone');
  t.equal(await answer('example.Functions::handleRequest', { name: 'you' }), 'Hello, you!');
  t.strictSame(await answer('example.Functions::twice', { item: 'nut', pieces: 3 }), { item: 'nut', pieces: 6 });
  t.strictSame(await answer('example.Stream', { a: [1, { b: null }] }), { a: [1, { b: null }] });
});

t.test('an exception with its causes is told as the client tells it', options(), async (t) => {
  const { invoke, log } = startFunction(t, { taskRoot, handler: 'example.Functions::fails' });
  const { value, functionError } = await invoke({});
  t.equal(functionError, 'Unhandled');
  t.match(value, { errorType: 'java.lang.IllegalStateException', errorMessage: 'no, ünd €' });
  t.match(value.stackTrace[0], /^example\.Functions\.fails\(Functions\.java:\d+\)$/);
  t.notMatch(JSON.stringify(value), /lambdabootstraps|NativeClient/);
  t.match(
    log(),
    /no, ünd €: java\.lang\.IllegalStateException\n[\s\S]*Caused by: java\.lang\.ArithmeticException: why\n/,
  );
});

t.test('a stack without end is told with its frames, which the client sends in a header too', options(), async (t) => {
  const { value } = await startFunction(t, { taskRoot, handler: 'example.Functions::overflows' }).invoke({});
  t.equal(value.errorType, 'java.lang.StackOverflowError');
  t.ok(value.stackTrace.length > 1_000);
});

t.test('SnapStart runs the hooks of the function', options(), async (t) => {
  const hooks = async (snapStart: boolean) =>
    (await startFunction(t, { taskRoot, handler: 'example.Hooks::handle', snapStart }).invoke({})).value;
  t.strictSame(await hooks(true), ['before', 'after']);
  t.strictSame(await hooks(false), []);
});

t.test('every Java of this machine that has a runtime of its own', options(), async (t) => {
  for (const runtime of java.names) {
    const major = Number(/^java(\d+)/.exec(runtime)?.[1]);
    const found = await findJava({ files: nodeHost.files, javaHome: undefined, findExecutable }, major);
    // The functions are compiled for Java 11.
    if (major < 11 || found?.major !== major) continue;
    const { invoke, log } = startFunction(t, { taskRoot, runtime, handler: 'example.Functions::logs' });
    t.equal((await invoke({})).value, 'logged', runtime);
    t.match(log(), /one\ntwo\nthree\n[\s\S]*printed ü\n/);
    t.notMatch(log(), /warning:?|\[cds/i, 'Java complains of nothing');
    const failing = startFunction(t, { taskRoot, runtime, handler: 'example.Functions::fails' });
    t.match((await failing.invoke({})).value, { errorType: 'java.lang.IllegalStateException' });
  }
});

t.test('what keeps a function from loading', options(), async (t) => {
  const initError = async (handler: string, folder = taskRoot) =>
    (await startFunction(t, { taskRoot: folder, handler }).invoke({})).value;
  t.match(await initError('example.Missing'), {
    errorType: 'java.lang.ClassNotFoundException',
    errorMessage: 'Class not found: example.Missing',
  });
  t.match(await initError('example.Functions::missing'), { errorMessage: /No public method named missing/ });
  t.match(await initError('example.Broken::handle'), {
    errorType: 'java.lang.ArithmeticException',
    errorMessage: '/ by zero',
  });
  const folder = t.testdir({ 'Torn.class': 'no class' });
  t.match(await initError('Torn', folder), { errorMessage: /Torn/, errorType: 'java.lang.ClassFormatError' });
});

t.test('the log', options(), async (t) => {
  await t.test('as text', async (t) => {
    const { invoke, log } = startFunction(t, { taskRoot, handler: 'example.Functions::logs' });
    await invoke({});
    t.match(log(), 'one\ntwo\nthree\n');
    t.match(log(), 'printed ü\n');
    t.match(log(), '[WARN] shown ü\n', 'levels as the client writes them');
  });
  await t.test('as JSON, from a level on', async (t) => {
    const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' };
    const { invoke, log } = startFunction(t, { taskRoot, handler: 'example.Functions::logs', environment });
    const { requestId } = await invoke({});
    const records = log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    const shown = records.find(({ message }) => message === 'shown ü');
    t.match(shown, { level: 'WARN', AWSRequestId: requestId, timestamp: /^\d{4}-\d\d-\d\dT/ });
    t.notOk(records.some(({ message }) => message === 'hidden'));
  });
});

t.test('the process is as on Lambda, and has no trace of ours', options(), async (t) => {
  const { invoke } = startFunction(t, {
    taskRoot,
    handler: 'example.Functions::surroundings',
    memorySizeMb: 512,
    environment: { TEXT: 'ü' },
  });
  const { properties, environment, heapKb, threads } = (await invoke({})).value;
  t.equal(environment.TEXT, 'ü');
  t.equal(environment.AWS_EXECUTION_ENV, 'AWS_Lambda_java17');
  t.match(properties, {
    'user.dir': taskRoot,
    'sun.java.command': 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda example.Functions::surroundings',
  });
  const ours = /lambda.?bootstraps/i;
  t.notOk(Object.keys(environment).some((name) => ours.test(name)));
  t.notOk(Object.keys(properties).some((name) => ours.test(name)));
  t.notOk(threads.some((name: string) => ours.test(name)));
  // The serial collector keeps a part of the heap for itself.
  t.ok(heapKb > 400_000 && heapKb <= 445_645, `a heap of ${heapKb} KB for 512 MB`);
});

t.test('jars of the function and of layers', options(), async (t) => {
  const root = t.testdir({
    function: { lib: {} },
    low: { 'who.txt': 'the low layer' },
    high: { 'who.txt': 'the high layer' },
    own: { 'who.txt': 'the function' },
    layers: { low: { java: { lib: {} } }, high: { java: { lib: {} } } },
  });
  const jar = async (file: string, content: string, entry = '.') => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await run('jar', ['--create', '--file', join(root, file), '-C', content, entry]);
  };
  const layers = ['low', 'high'].map((name) => join(root, 'layers', name));
  const function_ = { taskRoot: join(root, 'function'), handler: 'example.Functions::whose' };
  await jar('function/lib/function.jar', taskRoot);
  const whose = async (layers: readonly string[]) =>
    (await startFunction(t, { ...function_, layers }).invoke('who.txt')).value;

  t.equal(await whose([]), "nobody's", 'a function may be nothing but a jar in lib');
  await jar('layers/low/java/lib/shared.jar', join(root, 'low'));
  await jar('layers/high/java/lib/shared.jar', join(root, 'high'));
  t.equal(await whose(layers), 'the high layer', 'a later layer lies over an earlier one');
  await jar('layers/low/java/lib/earlier.jar', join(root, 'low'));
  t.equal(await whose(layers), 'the low layer', 'jars are sorted by name');
  await cp(join(root, 'own'), join(root, 'function'), { recursive: true });
  t.equal(await whose(layers), 'the function', 'what the function has is found first');

  const inLayer = startFunction(t, { taskRoot: join(root, 'low'), handler: 'example.Functions', layers });
  await cp(join(root, 'function/lib/function.jar'), join(layers[0]!, 'java/lib/function.jar'));
  t.equal((await inLayer.invoke({ name: 'layer' })).value, 'Hello, layer!', 'the handler itself');
});

t.test('AWS_LAMBDA_EXEC_WRAPPER starts Java', options(), async (t) => {
  const wrapper = join(t.testdir(), 'wrapper');
  await writeFile(wrapper, '#!/bin/sh\nexport WRAPPED="$(basename "$1") $#"\nexec "$@"\n');
  await chmod(wrapper, 0o755);
  const { invoke } = startFunction(t, {
    taskRoot,
    handler: 'example.Functions::surroundings',
    environment: { AWS_LAMBDA_EXEC_WRAPPER: wrapper },
  });
  t.match((await invoke({})).value.environment.WRAPPED, /^java \d+$/);
});

t.test('JAVA_TOOL_OPTIONS wins over our flags', options(), async (t) => {
  const { invoke } = startFunction(t, {
    taskRoot,
    handler: 'example.Functions::surroundings',
    environment: { JAVA_TOOL_OPTIONS: '-Xmx64m -XX:+UseParallelGC -Dmine=yes' },
  });
  const { properties, heapKb } = (await invoke({})).value;
  t.ok(heapKb <= 65_536, `${heapKb} KB`);
  t.equal(properties.mine, 'yes');
});

t.test('AWS_LAMBDA_MAX_CONCURRENCY: each invocation has its own thread and answer', options(), async (t) => {
  const { invoke, log } = startFunction(t, {
    taskRoot,
    handler: 'example.Functions::meets',
    environment: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
  });
  const threads = new Set<string>();
  for (const round of Array.from({ length: 10 }, (_, index) => index)) {
    const names = Array.from({ length: 4 }, (_, caller) => `${round}-${caller}`);
    const answers = await Promise.all(names.map((name) => invoke(name)));
    t.strictSame(
      answers.map(({ value }) => value.name),
      names,
    );
    t.ok(answers.every(({ value, requestId }) => value.requestId === requestId));
    for (const { value } of answers) threads.add(value.thread);
  }
  t.equal(threads.size, 4);
  t.match(log(), /"message":"met as 9-3"/, 'the log is JSON there');
});

t.test('a payload of 5.5 MB under AWS_LAMBDA_MAX_CONCURRENCY', options(), async (t) => {
  const environment = { AWS_LAMBDA_MAX_CONCURRENCY: '4' };
  const { invoke } = startFunction(t, {
    taskRoot,
    handler: 'example.Functions::length',
    environment,
    memorySizeMb: 512,
  });
  t.equal((await invoke('ä'.repeat(2_750_000))).value, 2_750_000);
});
