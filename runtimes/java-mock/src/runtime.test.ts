import type { Files, GuessContext, LaunchContext } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost, folder, type MemoryFile } from '../../../packages/core/src/testing/memory-host.ts';
import { createRuntime } from './runtime.ts';

const definition = createRuntime({ assetsRoot: '/assets' });
const assets = {
  '/assets/native-client.jar': '',
  '/assets/lib/b.jar': '',
  '/assets/lib/a.jar': '',
  '/assets/lib/L': '',
};

/** A Java at that place, as its release file tells it. */
const javaAt = (home: string, version: string, more = ''): Record<string, MemoryFile> => ({
  [`${home}/release`]: `IMPLEMENTOR="Some Vendor"\nJAVA_VERSION="${version}"\nOS_ARCH="x86_64"\n${more}`,
  [`${home}/bin/java`]: { content: '', executable: true },
});

interface Machine {
  readonly files?: Record<string, MemoryFile>;
  readonly onPath?: Readonly<Record<string, string>>;
  readonly config?: object;
}

const filesOf = (machine: Machine): Files => createMemoryHost({ files: { ...assets, ...machine.files } }).host.files;

async function planOn(machine: Machine, runtime = 'java17') {
  const notices: string[] = [];
  const onPath: Record<string, string> = { env: '/usr/bin/env', ...machine.onPath };
  const plan = await definition.plan({
    host: { files: filesOf(machine), architecture: 'x64' },
    config: {
      runtime,
      handler: 'example.Handler',
      taskRoot: '/task',
      layers: [],
      memorySizeMb: 512,
      environment: {},
      inheritedEnvironment: {},
      ...machine.config,
    },
    findExecutable: async (name: string) => onPath[name],
    notice: (sentence: string) => notices.push(sentence),
  } as unknown as LaunchContext);
  const { command } = plan;
  const java = command.find((word) => word.endsWith('/java'))!;
  const flags = command.slice(command.indexOf(java) + 1, command.indexOf('-classpath'));
  return { ...plan, java, flags, classPath: command[command.indexOf('-classpath') + 1], notices };
}

const debian = { ...javaAt('/usr/lib/jvm/java-17', '17.0.15'), ...javaAt('/usr/lib/jvm/temurin-25', '25.0.3') };

t.test('names', async (t) => {
  t.strictSame(definition.names, ['java25', 'java21', 'java17', 'java11', 'java8.al2']);
  t.strictSame(definition.deprecated, ['java8.al2']);
  t.match(definition.unsupported, { java8: /./ });
});

t.test('which folders it is a runtime for', async (t) => {
  const guess = (
    handler: string | undefined,
    files: Record<string, MemoryFile>,
    jvms: Record<string, MemoryFile> = debian,
  ) =>
    definition.guess({
      host: { files: filesOf({ files: { ...jvms, ...files } }) },
      taskRoot: '/task',
      layers: [],
      handler,
      findExecutable: async () => undefined,
    } satisfies GuessContext);
  t.equal(
    await guess('example.Handler', { '/task/example/Handler.class': '' }),
    'java25',
    'the newest Java that is here',
  );
  t.equal(await guess('example.Handler::handle', { '/task/example/Handler.class': '' }), 'java25');
  t.equal(await guess('example.Outer$Inner', { '/task/example/Outer$Inner.class': '' }), 'java25');
  t.equal(await guess(undefined, { '/task/index/Handler.class': '' }), 'java25', 'the default handler');
  t.equal(await guess('example.Handler', { '/task/lib/function.jar': '' }), 'java25');
  t.equal(await guess('example.Handler', { '/task/pom.xml': '' }), 'java25');
  t.equal(await guess('example.Handler', { '/task/example/Other.class': '' }), undefined);
  t.equal(
    await guess('index.handler', { '/task/lib/a.jar': '', '/task/pom.xml': '' }),
    undefined,
    'no name of a class',
  );
  t.equal(await guess('A::B.C::d', { '/task/lib/a.jar': '' }), undefined, "another language's");
  const own = { '/task/Handler.class': '' };
  t.equal(await guess('Handler', own, javaAt('/usr/lib/jvm/j', '1.8.0_452')), 'java8.al2');
  t.equal(await guess('Handler', own, javaAt('/usr/lib/jvm/j', '23.0.1')), 'java21', 'the nearest that Lambda has');
  t.equal(await guess('Handler', own, javaAt('/usr/lib/jvm/j', '30')), 'java25');
  t.equal(await guess('Handler', own, {}), 'java25', 'no Java is here');
});

t.test('which Java runs it', async (t) => {
  const javaFor = async (runtime: string, machine: Machine) => {
    const { java, notices } = await planOn(machine, runtime);
    return { java, notices };
  };

  t.strictSame(await javaFor('java17', { files: debian }), { java: '/usr/lib/jvm/java-17/bin/java', notices: [] });
  t.strictSame(await javaFor('java25', { files: debian }), { java: '/usr/lib/jvm/temurin-25/bin/java', notices: [] });

  const home = { inheritedEnvironment: { JAVA_HOME: '/my/jdk' } };
  const mine = { ...debian, ...javaAt('/my/jdk', '17.0.1') };
  t.equal((await javaFor('java17', { files: mine, config: home })).java, '/my/jdk/bin/java', 'JAVA_HOME first');
  t.equal((await javaFor('java25', { files: mine, config: home })).java, '/usr/lib/jvm/temurin-25/bin/java');
  const ofFunction = { environment: { JAVA_HOME: '/my/jdk' } };
  t.equal(
    (await javaFor('java17', { files: mine, config: ofFunction })).java,
    '/my/jdk/bin/java',
    "the function's own",
  );

  const mac = javaAt('/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home', '21.0.8');
  t.match((await javaFor('java21', { files: mac })).java, /Contents\/Home\/bin\/java$/);

  const sdkman = '/home/me/.sdkman/candidates/java';
  const candidates = { ...javaAt(`${sdkman}/21.0.8-tem`, '21.0.8'), ...javaAt(`${sdkman}/current`, '17.0.15') };
  const withSdkman = { files: candidates, onPath: { java: `${sdkman}/current/bin/java` } };
  t.equal((await javaFor('java21', withSdkman)).java, `${sdkman}/21.0.8-tem/bin/java`, 'what SDKMAN! has');
  t.equal((await javaFor('java17', withSdkman)).java, `${sdkman}/current/bin/java`, 'java on PATH');

  const image = { files: javaAt('/var/lang', '11.0.27'), onPath: { java: '/var/lang/bin/java' } };
  t.strictSame(await javaFor('java11', image), { java: '/var/lang/bin/java', notices: [] });

  t.match(await javaFor('java21', { files: debian }), {
    java: '/usr/lib/jvm/temurin-25/bin/java',
    notices: [/^java21 is run by Java 25 \(.*\), because no Java 21 was found\.$/],
  });
  t.equal((await javaFor('java8.al2', { files: debian })).java, '/usr/lib/jvm/java-17/bin/java', 'the next newer one');
  const old = { ...javaAt('/usr/lib/jvm/a', '11.0.1'), ...javaAt('/usr/lib/jvm/b', '1.8.0_452') };
  t.equal((await javaFor('java25', { files: old })).java, '/usr/lib/jvm/a/bin/java', 'or the newest');

  const none = planOn({}, 'java17');
  await t.rejects(none, {
    name: 'LaunchFailure',
    message: /^no Java to run java17: looked at JAVA_HOME, \/usr\/lib\/jvm, .*and java on PATH$/,
  });
});

t.test('a link on PATH tells its version itself', async (t) => {
  const launcher = (version: string) => ({
    files: { '/usr/bin/java': { content: `\u007fELF\0main\0${version}\0java\0`, executable: true } },
    onPath: { java: '/usr/bin/java' },
  });
  t.strictSame((await planOn(launcher('17.0.15+6-Debian-1deb12u1'))).notices, []);
  t.strictSame((await planOn(launcher('25+36'), 'java25')).notices, []);
  t.strictSame((await planOn(launcher('1.8.0_452-b09'), 'java8.al2')).notices, []);
  t.match((await planOn(launcher('?'))).notices, [/^java17 is run by a Java of unknown version/]);
});

t.test('the command is Lambda’s', async (t) => {
  const { command } = await planOn({ files: debian });
  t.strictSame(command, [
    ...[
      '/usr/bin/env',
      '-u',
      'LAMBDA_BOOTSTRAPS_FRAMES',
      '/usr/lib/jvm/java-17/bin/java',
      '-Dlambdabootstraps.frames=3,4',
    ],
    ...['-XX:MaxHeapSize=445645k', '-XX:+UseSerialGC', '-XX:+TieredCompilation', '-XX:TieredStopAtLevel=1'],
    ...['--add-opens=java.base/java.io=ALL-UNNAMED', '-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac'],
    ...['-XX:+ErrorFileToStderr', '-classpath', '/assets/native-client.jar:/assets/lib/a.jar:/assets/lib/b.jar'],
    ...['com.amazonaws.services.lambda.runtime.api.client.AWSLambda', 'example.Handler'],
  ]);
  const flagsFor = async (machine: Machine, runtime?: string) =>
    (await planOn({ files: debian, ...machine }, runtime)).flags.join(' ');
  t.match(await flagsFor({ config: { memorySizeMb: 3008 } }), '-XX:MaxHeapSize=2834432k', "docker-lambda's figure");
  t.match(await flagsFor({ config: { memorySizeMb: 128 } }), '-XX:MaxHeapSize=111411k');
  t.notMatch(await flagsFor({}, 'java11'), 'Tiered', 'Lambda leaves it to Java there');
  const java8 = await flagsFor({ files: javaAt('/usr/lib/jvm/8', '1.8.0_452') }, 'java8.al2');
  t.notMatch(java8, /add-opens|ErrorFile/, 'flags that Java 8 would not start with');

  const withOptions = (options: string, name = 'JAVA_TOOL_OPTIONS') =>
    flagsFor({ config: { environment: { [name]: options } } });
  t.notMatch(await withOptions('-Xmx64m'), 'MaxHeapSize');
  t.notMatch(await withOptions('-XX:MaxRAMPercentage=50', '_JAVA_OPTIONS'), 'MaxHeapSize');
  t.notMatch(await withOptions('-XX:+UseG1GC', 'JDK_JAVA_OPTIONS'), 'UseSerialGC');
  t.notMatch(await withOptions('-XX:TieredStopAtLevel=4'), 'Tiered');
});

t.test('an archive is used where it is for this very Java', async (t) => {
  const build = 'JAVA_RUNTIME_VERSION="17.0.15+6 (ü)"\n';
  const files: Record<string, MemoryFile> = {
    ...javaAt('/usr/lib/jvm/a', '17.0.15', build),
    '/assets/archives/17.0.15_6_____-Some_Vendor-x86_64.jsa': '',
    '/assets/archives/17.0.1-Some_Vendor-x86_64.jsa': folder,
  };
  const flagsFor = async (files: Record<string, MemoryFile>, options = '') =>
    (await planOn({ files, config: { environment: { JAVA_TOOL_OPTIONS: options } } })).flags.join(' ');
  const path = '-XX:SharedArchiveFile=/assets/archives/17.0.15_6';
  t.match(await flagsFor(files), path);
  t.notMatch(await flagsFor(files, '-XX:SharedArchiveFile=mine.jsa'), path, "the function's own wins");
  t.notMatch(await flagsFor({ ...files, ...javaAt('/usr/lib/jvm/a', '17.0.1') }), 'SharedArchiveFile');
});

t.test('transport, debugger, wrapper', async (t) => {
  const planWith = (environment: Record<string, string>, machine: Machine = {}) =>
    planOn({ files: debian, ...machine, config: { environment } });
  const plain = await planWith({});
  t.match(plain, { transport: 'frames', telemetryLog: true, workingDirectory: '/task', debuggerOption: undefined });

  const concurrent = await planWith({ AWS_LAMBDA_MAX_CONCURRENCY: '4' });
  t.match(concurrent, { transport: 'http', telemetryLog: true });
  t.equal(concurrent.command[0], '/usr/lib/jvm/java-17/bin/java');
  t.notMatch(concurrent.flags, ['-Dlambdabootstraps.frames=3,4']);
  t.equal((await planWith({}, { onPath: { env: undefined as never } })).transport, 'http', 'an image without env');

  const jdwp = '-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=5005';
  for (const name of ['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS']) {
    t.equal((await planWith({ [name]: `-Xmx99m ${jdwp} -Da=b` })).debuggerOption, jdwp, name);
  }
  const wrapped = await planWith({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' });
  t.strictSame(wrapped.command.slice(2, 5), [
    'LAMBDA_BOOTSTRAPS_FRAMES',
    '/opt/wrapper',
    '/usr/lib/jvm/java-17/bin/java',
  ]);
});

t.test('class path', async (t) => {
  const files = {
    ...debian,
    '/task/lib/own.jar': '',
    '/low/java/lib/same.jar': '',
    '/low/java/lib/a.jar': '',
    '/low/java/lib/notes.txt': '',
    '/high/java/lib/same.jar': '',
    '/opt/java/lib/found-by-the-client.jar': '',
  };
  const client = '/assets/native-client.jar:/assets/lib/a.jar:/assets/lib/b.jar';
  const classPath = async (layers: string[]) => (await planOn({ files, config: { layers } })).classPath;
  t.equal(await classPath([]), client);
  t.equal(await classPath(['/opt']), client, 'the client looks there itself');
  t.equal(await classPath(['/empty']), client);
  t.equal(
    await classPath(['/low', '/high']),
    `${client}:/task:/task/lib/own.jar:/low/java/lib/a.jar:/high/java/lib/same.jar`,
  );
});

t.test('environment', async (t) => {
  const environmentWith = async (places: string[], config = {}) => {
    const locales = Object.fromEntries(places.map((place) => [`/usr/lib/locale/${place}/LC_CTYPE`, '']));
    return (await planOn({ files: { ...debian, ...locales }, config })).environment;
  };
  const own = { AWS_EXECUTION_ENV: 'AWS_Lambda_java17', LAMBDA_RUNTIME_DIR: '/assets' };
  t.strictSame(await environmentWith([]), own);
  t.strictSame(await environmentWith(['C.utf8', 'en_US.utf8']), own, "Lambda's locale is there");
  t.strictSame(await environmentWith(['C.utf8']), { ...own, LC_ALL: 'C.UTF-8' });
  t.strictSame(await environmentWith(['C.utf8'], { environment: { LANG: 'de_DE.UTF-8' } }), own);
});

t.test('missing assets', async (t) => {
  const bare = createMemoryHost({ files: debian }).host;
  const context = {
    host: bare,
    config: { runtime: 'java17', taskRoot: '/task', layers: [], environment: {}, inheritedEnvironment: {} },
    findExecutable: async () => undefined,
  } as unknown as LaunchContext;
  await t.rejects(definition.plan(context), {
    code: 'ERR_RUNTIME_ASSETS_MISSING',
    message: /java17 .*\/assets\/native-client\.jar/,
  });
});
