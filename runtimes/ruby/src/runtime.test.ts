import { type GuessContext, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost, type MemoryFile } from '../../../packages/core/src/testing/memory-host.ts';
import { createRuntime } from './index.ts';

const start = '/assets/start/bootstrap.rb';
const program = { content: '', executable: true };

interface Machine {
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly onPath?: Readonly<Record<string, string>>;
  readonly config?: object;
}

const hostOf = ({ files = {} }: Machine) => createMemoryHost({ files: { [start]: '', ...files } }).host;
const findExecutable =
  ({ onPath = {} }: Machine) =>
  async (name: string) =>
    onPath[name];

async function planOn(machine: Machine, runtime = 'ruby3.4') {
  const notices: string[] = [];
  const places = { taskRoot: '/task', layers: [], runtimeDir: '/var/runtime' };
  const config = { runtime, ...places, environment: {}, inheritedEnvironment: {} };
  const context = {
    host: hostOf(machine),
    config: { ...config, ...machine.config },
    findExecutable: findExecutable(machine),
    notice: (sentence: string) => notices.push(sentence),
  } as unknown as LaunchContext;
  const plan = await createRuntime({ assetsRoot: '/assets' }).plan(context);
  return { ...plan, ruby: plan.command[0], notices };
}

t.test('it is started by what the family ships, in the folder of the function', async (t) => {
  t.match(await planOn({ onPath: { 'ruby3.4': '/usr/bin/ruby3.4' } }), {
    command: ['/usr/bin/ruby3.4', start],
    workingDirectory: '/task',
    transport: 'http',
    telemetryLog: true,
    environment: {
      AWS_EXECUTION_ENV: 'AWS_Lambda_ruby3.4',
      GEM_PATH: '/task/vendor/bundle/ruby/3.4.0:',
      RUBYLIB: '/task:/var/runtime/lib',
    },
    notices: [],
  });
});

t.test('a wrapper goes before it', async (t) => {
  const config = { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } };
  const { command } = await planOn({ onPath: { 'ruby3.4': '/usr/bin/ruby3.4' }, config });
  t.strictSame(command, ['/opt/wrapper', '/usr/bin/ruby3.4', start]);
});

t.test('gems and libraries are looked for in the function, then in its layers, the last one first', async (t) => {
  const config = { layers: ['/low', '/high'] };
  const { environment } = await planOn({ onPath: { 'ruby3.4': '/usr/bin/ruby3.4' }, config });
  t.strictSame(environment, {
    AWS_EXECUTION_ENV: 'AWS_Lambda_ruby3.4',
    GEM_PATH: '/task/vendor/bundle/ruby/3.4.0:/high/ruby/gems/3.4.0:/low/ruby/gems/3.4.0:',
    RUBYLIB: '/task:/var/runtime/lib:/high/ruby/lib:/low/ruby/lib',
  });

  const other = { onPath: { ruby: '/usr/bin/ruby' }, files: { '/usr/lib/ruby/3.1.0/set.rb': '' } };
  const { GEM_PATH } = (await planOn(other)).environment;
  t.equal(GEM_PATH, '/task/vendor/bundle/ruby/3.4.0:/task/vendor/bundle/ruby/3.1.0:', 'those for the Ruby at hand too');

  const inheritedEnvironment = { GEM_PATH: '/gems', RUBYLIB: '/lib' };
  const inherited = await planOn({ onPath: { 'ruby3.4': '/ruby' }, config: { inheritedEnvironment } });
  t.match(inherited.environment, inheritedEnvironment, 'what the image says stands');
});

t.test('files are read as UTF-8, as on Lambda', async (t) => {
  const onPath = { 'ruby3.4': '/usr/bin/ruby3.4' };
  const localeWith = async (place: string, config = {}) =>
    (await planOn({ onPath, files: { [`/usr/lib/locale/${place}/LC_CTYPE`]: '' }, config })).environment.LC_ALL;
  t.equal(await localeWith('C.utf8'), 'C.UTF-8', "where Lambda's locale is not installed");
  t.equal(await localeWith('en_US.utf8'), undefined);
  t.equal(await localeWith('C.utf8', { environment: { LANG: 'de_DE.UTF-8' } }), undefined, 'what is said stands');
});

t.test('which Ruby runs it', async (t) => {
  const library = { '/var/lang/lib/ruby/3.4.0/set.rb': '', '/var/lang/lib/ruby/gems/none': '' };
  t.match(await planOn({ onPath: { ruby: '/var/lang/bin/ruby' }, files: library }), {
    ruby: '/var/lang/bin/ruby',
    notices: [],
  });

  const other = await planOn({ onPath: { ruby: '/var/lang/bin/ruby' }, files: library }, 'ruby3.3');
  t.match(other, {
    ruby: '/var/lang/bin/ruby',
    notices: [/^ruby3\.3 is run by Ruby 3\.4 \(.*\), because no Ruby 3\.3 was found\.$/],
  });
  const unknown = await planOn({ onPath: { ruby: '/usr/bin/ruby' } });
  t.match(unknown, { ruby: '/usr/bin/ruby', notices: [/^ruby3\.4 is run by a Ruby of unknown version/] });
  const two = { '/usr/lib/ruby/3.1.0/set.rb': '', '/usr/lib/ruby/3.4.0/set.rb': '' };
  t.match(await planOn({ onPath: { ruby: '/usr/bin/ruby' }, files: two }), { notices: [/of unknown version/] });

  await t.rejects(
    planOn({}, 'ruby4.0'),
    new LaunchFailure('no Ruby to run ruby4.0: neither ruby4.0 nor ruby is on PATH'),
  );
});

t.test('what a version manager has besides', async (t) => {
  const installed = (folder: string, prefix = '') =>
    Object.fromEntries(
      ['3.1.2', '3.4.2', '3.4.10', '3.4.0-preview1'].flatMap((version) => [
        [`${folder}/${prefix}${version}/bin/ruby`, program],
        [`${folder}/${prefix}${version}/lib/ruby/${version.slice(0, 3)}.0/set.rb`, ''],
      ]),
    );
  const found = async (ruby: string, folder: string, prefix?: string) => {
    const { ruby: path, notices } = await planOn({ onPath: { ruby }, files: installed(folder, prefix) });
    t.strictSame(notices, []);
    return path;
  };
  const versions = '/home/me/.rbenv/versions';
  t.equal(await found('/home/me/.rbenv/shims/ruby', versions), `${versions}/3.4.10/bin/ruby`);
  t.equal(await found(`${versions}/3.1.2/bin/ruby`, versions), `${versions}/3.4.10/bin/ruby`);
  const installs = '/home/me/.asdf/installs/ruby';
  t.equal(await found('/home/me/.asdf/shims/ruby', installs), `${installs}/3.4.10/bin/ruby`);
  t.equal(await found('/opt/rubies/ruby-3.1.2/bin/ruby', '/opt/rubies', 'ruby-'), '/opt/rubies/ruby-3.4.10/bin/ruby');
});

t.test('a build that is not there', async (t) => {
  const context = { ...hostOf({}), files: createMemoryHost().host.files };
  const config = { runtime: 'ruby3.4', taskRoot: '/task', layers: [], environment: {}, inheritedEnvironment: {} };
  const plan = createRuntime({ assetsRoot: '/assets' }).plan({
    host: context,
    config,
    findExecutable: async () => '/usr/bin/ruby3.4',
    notice: () => {},
  } as unknown as LaunchContext);
  await t.rejects(plan, { code: 'ERR_RUNTIME_ASSETS_MISSING', message: start });
});

t.test('names', async (t) => {
  const { names, deprecated } = createRuntime({ assetsRoot: '/assets' });
  t.strictSame(names, ['ruby4.0', 'ruby3.4', 'ruby3.3', 'ruby3.2', 'ruby2.7', 'ruby2.5']);
  t.strictSame(deprecated, ['ruby3.2', 'ruby2.7', 'ruby2.5']);
});

t.test('guess', async (t) => {
  const guess = (handler: string | undefined, names: readonly string[], library = '/usr/lib/ruby/3.3.0/set.rb') => {
    const files = Object.fromEntries([...names.map((name) => `/task/${name}`), library].map((path) => [path, '']));
    const machine = { files, onPath: { ruby: '/usr/bin/ruby' } };
    return createRuntime({ assetsRoot: '/assets' }).guess({
      host: hostOf(machine),
      taskRoot: '/task',
      layers: [],
      handler,
      findExecutable: findExecutable(machine),
    } satisfies GuessContext);
  };
  t.equal(await guess('app.handler', ['app.rb']), 'ruby3.3');
  t.equal(await guess('lib/app.Module.handler', ['lib/app.rb']), 'ruby3.3');
  t.equal(await guess(undefined, ['lambda_function.rb']), 'ruby3.3', 'the default handler');
  t.equal(await guess('app.handler', ['app.js', 'other.rb']), undefined);
  t.equal(await guess('app.handler', ['Gemfile']), 'ruby3.3');
  t.equal(await guess('app.handler', ['Gemfile', 'package.json']), undefined, 'it may well be Node’s');
  t.equal(await guess('app.handler', ['app.rb', 'package.json']), 'ruby3.3');
  t.equal(
    await guess('app.handler', ['app.rb'], '/usr/lib/ruby/3.5.0/set.rb'),
    'ruby3.4',
    'the nearest that Lambda has',
  );
  t.equal(await guess('app.handler', ['app.rb'], '/usr/lib/ruby/3.1.0/set.rb'), 'ruby3.2', 'or the next one');
  t.equal(await guess('app.handler', ['app.rb'], '/usr/lib/ruby/5.0.0/set.rb'), 'ruby4.0');
  t.equal(await guess('app.handler', ['app.rb'], '/usr/lib/none'), 'ruby4.0', 'no version to be told');
});
