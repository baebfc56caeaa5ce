import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable, nodeHost } from '@lambda-bootstraps/host-node';
import t from 'tap';
import { findJava, findNewestJava } from './java-home.ts';
import { createRuntime } from './runtime.ts';
import { assetsRoot, compileJava, noJava } from './testing/compile.ts';
import { compileFunctions, functionConfig } from './testing/java-function.ts';

const run = promisify(execFile);
const pinned: { artifact: string; sha256: string }[] = JSON.parse(
  await readFile(new URL('../maven-artifacts.json', import.meta.url), 'utf8'),
);

t.setTimeout(300_000);

t.test('the jars are as they were published', { skip: noJava }, async (t) => {
  const files = pinned.map(({ artifact }) => `${artifact.split(':').slice(1).join('-')}.jar`);
  t.strictSame((await readdir(join(assetsRoot, 'lib'))).sort(), ['LICENSE', ...files].sort(), 'nothing else is there');
  for (const [index, file] of files.entries()) {
    const bytes = await readFile(join(assetsRoot, 'lib', file));
    t.equal(createHash('sha256').update(bytes).digest('hex'), pinned[index]!.sha256, file);
  }
  t.match(await readFile(join(assetsRoot, 'lib/LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/);
});

t.test('our classes run on Java 8', { skip: noJava }, async (t) => {
  const work = await mkdtemp(join(tmpdir(), 'native-client-'));
  t.teardown(() => rm(work, { recursive: true, force: true }));
  await run('jar', ['--extract', '--file', join(assetsRoot, 'native-client.jar')], { cwd: work });
  const classes = (await readdir(work, { recursive: true })).filter((file) => file.endsWith('.class'));
  t.ok(classes.some((file) => file.endsWith('runtimeapi/NativeClient.class')));
  for (const file of classes) t.equal((await readFile(join(work, file))).readUInt16BE(6), 52, file);
});

t.test('archive.sh makes what the plan finds, for this machine’s newest Java', { skip: noJava }, async (t) => {
  const search = { files: nodeHost.files, javaHome: process.env.JAVA_HOME, findExecutable };
  const newest = await findNewestJava(search);
  if (!newest?.build || (newest.major ?? 0) < 13) return t.pass('no Java here that makes archives');
  t.same(await findJava(search, newest.major!), newest);

  const copy = await mkdtemp(join(tmpdir(), 'archive-'));
  t.teardown(() => rm(copy, { recursive: true, force: true }));
  for (const part of ['lib', 'native-client.jar', 'archive.sh']) {
    await cp(join(assetsRoot, part), join(copy, part), { recursive: true });
  }
  const runtime = createRuntime({ assetsRoot: copy });
  const taskRoot = await compileFunctions();
  const plan = () =>
    runtime.plan({
      host: nodeHost,
      config: functionConfig({ taskRoot, handler: 'example.Stream', runtime: `java${newest.major}` }),
      findExecutable,
      notice: () => undefined,
    });
  const archiveFlag = async () => (await plan()).command.find((flag) => flag.startsWith('-XX:SharedArchiveFile='));
  t.equal(await archiveFlag(), undefined, 'there is none yet');

  await run('sh', [join(copy, 'archive.sh'), newest.executable.replace(/\/bin\/java$/, '')]);
  const archive = join(copy, 'archives', `${newest.build}.jsa`);
  t.equal(await archiveFlag(), `-XX:SharedArchiveFile=${archive}`);
  t.ok((await stat(archive)).size > 1_000_000);
  t.strictSame(await readdir(join(copy, 'archives')), [`${newest.build}.jsa`], 'and nothing is left behind');

  const { command } = await plan();
  const flags = command.slice(command.indexOf(newest.executable) + 1).filter((flag) => !flag.includes('frames='));
  const shown = await run(newest.executable, ['-Xlog:class+load', '-Dlambdabootstraps.training=true', ...flags], {
    cwd: taskRoot,
    env: { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9' },
    maxBuffer: 2 ** 26,
  });
  t.match(shown.stdout, /runtimeapi\.NativeClient source: shared objects file \(top\)/);
});

t.test('classes are compiled once', { skip: noJava }, async (t) => {
  const folder = t.testdir({ 'One.java': 'public class One {}' });
  t.equal(await compileJava(folder), await compileJava(folder));
});
