import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { pythonIsMissing } from '../../conformance/src/doors/python-packages.ts';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { buildGoFunction } from '../../runtimes/provided/conformance/go-target.ts';
import { noClient as noRubyClient } from '../../runtimes/ruby/conformance/targets.ts';
import { need } from '../needs.mjs';
import { buildImage } from './build-image.mjs';
import { removeImages } from './containers.mjs';
import { fillContext, noContext } from './context.mjs';
import { docker, noEngine } from './docker.mjs';
import { importHostCopy } from './host-copy.mjs';
import { tags } from './tags.mjs';

// The run examples of docker-lambda's README beside those in Node.js: on a base that has this machine's languages.
t.setTimeout(480_000);

const run = promisify(execFile);
const runtimes = fileURLToPath(new URL('../../runtimes', import.meta.url));
const skip = need('linux') || noContext() || (await noEngine(executable));
const folder = t.testdir({
  context: {},
  python: {},
  ruby: {},
  go: {},
  provided: {},
  java: {
    'Words.java': 'package words; public class Words { public static String greeting() { return "Hello, "; } }',
    'MyHandler.java': `
      package org.myorg;
      public class MyHandler implements com.amazonaws.services.lambda.runtime.RequestHandler<String, String> {
        @Override
        public String handleRequest(String event, com.amazonaws.services.lambda.runtime.Context context) {
          return words.Words.greeting() + event;
        }
      }`,
  },
});
const context = join(folder, 'context');
const tag = (name: string): string => `lambda-bootstraps-languages-${name}-${process.pid}`;
/** Why a language is not there to be copied, or false. */
const missing = { python: pythonIsMissing(), ruby: need('ruby'), java: need('jdk') };

if (skip) {
  t.test('run images of the languages', { skip }, () => {});
} else {
  const families = ['python-mock', 'ruby', 'java-mock', 'go', 'provided'];
  t.teardown(() => removeImages(['base', ...families.flatMap((one) => [`emulator-${one}`, one])].map(tag)));
  fillContext(context);
  await importHostCopy(tag('base'), {
    ...(!missing.python && { python: 'python3' }),
    ...(!missing.ruby && { ruby: 'ruby' }),
    ...(!missing.java && { java: 'java' }),
  });
  await testLanguages();
}

/** The run image of a family: for the runtime that is named, so far as it has a tag. */
async function imageOf(family: string, runtime = ''): Promise<string> {
  const known = tags.some((tag) => tag.runtime === runtime) ? { runtime } : {};
  // Of a stage without a name Docker's older builder would leave an image behind.
  await buildImage({ context, family, target: 'emulator', image: tag(`emulator-${family}`) });
  await buildImage({ context, family, target: 'run', image: tag(family), base: tag('base'), ...known });
  return tag(family);
}

/** `docker run --rm -v "$PWD":/var/task:ro,delegated IMAGE HANDLER [EVENT]` */
async function answerOf(t: Test, image: string, name: string, ...command: readonly string[]): Promise<unknown> {
  const ended = await docker('run', '--rm', '-v', `${join(folder, name)}:/var/task:ro,delegated`, image, ...command);
  t.match(ended, { code: 0, stderr: /REPORT RequestId/ }, ended.stderr);
  return JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
}

async function testLanguages(): Promise<void> {
  await t.test('lambda_function.lambda_handler in Python', { skip: missing.python }, async (t) => {
    const version = await run('python3', ['-c', 'import sys; print("python%d.%d" % sys.version_info[:2])']);
    const image = await imageOf('python-mock', version.stdout.trim());
    await cp(join(runtimes, 'python-mock/examples/hello'), join(folder, 'python'), { recursive: true });
    t.match(await answerOf(t, image, 'python', 'lambda_function.lambda_handler'), { event: {} });
    t.match(await answerOf(t, image, 'python'), { event: {} }, 'it is the default');
  });

  await t.test('lambda_function.lambda_handler in Ruby', { skip: noRubyClient() }, async (t) => {
    const version = await run('ruby', ['-e', 'puts "ruby" + RUBY_VERSION[/\\d+\\.\\d+/]']);
    const image = await imageOf('ruby', version.stdout.trim());
    await cp(join(runtimes, 'ruby/examples/hello'), join(folder, 'ruby'), { recursive: true });
    t.match(await answerOf(t, image, 'ruby', 'lambda_function.lambda_handler'), { event: {} });
  });

  await t.test('a class of a package in Java, and a jar in lib', { skip: missing.java }, async (t) => {
    const version = /^javac (\d+)/.exec((await run('javac', ['-version'])).stdout)?.[1];
    const image = await imageOf('java-mock', `java${version}`);
    await compileJava(join(folder, 'java'));
    t.equal(await answerOf(t, image, 'java', 'org.myorg.MyHandler', '"you"'), 'Hello, you');
  });

  await t.test('an executable in Go, and a bootstrap', { skip: need('go') }, async (t) => {
    const settings = { cwd: join(runtimes, 'go/examples/hello'), env: { ...process.env, CGO_ENABLED: '0' } };
    await run('go', ['build', '-buildvcs=false', '-o', join(folder, 'go/my_handler'), '.'], settings);
    const go = await imageOf('go');
    t.match(await answerOf(t, go, 'go', 'my_handler', '{"name": "you"}'), { greeting: 'Hello you' });
    // The folder that it was built in is for one user alone.
    await cp(join(await buildGoFunction(), 'bootstrap'), join(folder, 'provided/bootstrap'));
    const provided = await imageOf('provided');
    t.same(await answerOf(t, provided, 'provided', 'echo', '{"some": "event"}'), { some: 'event' });
    const none = await docker('run', '--rm', provided, 'handler');
    t.match(none, { code: 1, stdout: /Couldn't find valid bootstrap/ });
  });
}

/** As Lambda has it unpacked: classes in the folders of their packages, other jars in lib. */
async function compileJava(task: string): Promise<void> {
  const words = join(task, '../words');
  await mkdir(join(task, 'lib'));
  await run('javac', ['-d', words, join(task, 'Words.java')]);
  await run('jar', ['--create', '--file', join(task, 'lib/words.jar'), '-C', words, '.']);
  const classPath = [words, join(runtimes, 'java-mock/dist/lib/*')].join(delimiter);
  await run('javac', ['-classpath', classPath, '-d', task, join(task, 'MyHandler.java')]);
}
