import {
  fail,
  type GuessContext,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  localeVariables,
  type RuntimeDefinition,
  type RuntimeOptions,
  withExecWrapper,
} from '@lambda-bootstraps/core';
import { gemPath, libraryPath } from './gem-path.ts';
import { findAnyRuby, findRuby, type RubyExecutable, type RubyVersion, sameVersion } from './ruby-executable.ts';

const versions: readonly RubyVersion[] = [
  [4, 0],
  [3, 4],
  [3, 3],
  [3, 2],
  [2, 7],
  [2, 5],
];
/** "Lambda runtimes", deprecated runtimes: this one and what is older. */
const lastDeprecated: RubyVersion = [3, 2];
const defaultHandler = 'lambda_function.lambda_handler';

/** Ruby functions, run by the official runtime interface client over HTTP. */
export function createRuntime(options: RuntimeOptions): RuntimeDefinition {
  return {
    family: 'ruby',
    names: versions.map(runtimeName),
    deprecated: versions.filter((version) => !isNewer(version, lastDeprecated)).map(runtimeName),
    defaultHandler,
    // The handler's own file tells more than a package.json beside it.
    guessRank: 50,
    guess,

    async plan(context) {
      const { config, host } = context;
      const asked = versionOf(config.runtime);
      const ruby = await findRuby({ ...context, files: host.files }, asked);
      if (!ruby) {
        const tried = `neither ruby${asked.join('.')} nor ruby is on PATH`;
        throw new LaunchFailure(`no Ruby to run ${config.runtime}: ${tried}`);
      }
      if (!sameVersion(ruby.version, asked)) context.notice(otherVersionNotice(config.runtime, ruby));

      const inherited = config.inheritedEnvironment;
      const command = [ruby.path, await findStart(context, `${options.assetsRoot}/start/bootstrap.rb`)];
      return {
        command: withExecWrapper(command, config),
        // The client looks for the handler's file where it is started.
        workingDirectory: config.taskRoot,
        environment: {
          AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
          GEM_PATH: inherited.GEM_PATH ?? gemPath(config, [asked, ruby.version ?? asked]),
          RUBYLIB: inherited.RUBYLIB ?? libraryPath(config),
          // By the locale Ruby chooses Encoding.default_external: of files, names, and handlers.
          ...(await localeVariables(context)),
        },
        transport: 'http',
        telemetryLog: true,
      } satisfies LaunchPlan;
    },
  };
}

/** `app.rb` for the handler `app.handler` or `app.Module.handler`; a Gemfile tells too, where nothing is Node's. */
async function guess(context: GuessContext): Promise<string | undefined> {
  const { host, taskRoot, handler = defaultHandler } = context;
  const has = async (name: string) => (await host.files.stat(`${taskRoot}/${name}`))?.kind === 'file';
  const fits = (await has(`${handler.split('.')[0]}.rb`)) || ((await has('Gemfile')) && !(await has('package.json')));
  if (!fits) return undefined;
  const ruby = await findAnyRuby({ ...context, files: host.files });
  return runtimeName(nearest(ruby?.version));
}

const runtimeName = ([major, minor]: RubyVersion): string => `ruby${major}.${minor}`;

function versionOf(runtime: string): RubyVersion {
  const [, major, minor] = /^ruby(\d+)\.(\d+)$/.exec(runtime) ?? [];
  return [Number(major), Number(minor)];
}

/** Of the same major, the newest that is no newer than the Ruby at hand; else the next one: 3.5 runs as 3.4, 3.1 as 3.2. */
function nearest(running: RubyVersion | undefined): RubyVersion {
  const [newest] = versions as readonly [RubyVersion];
  if (!running) return newest;
  const older = versions.find((version) => version[0] === running[0] && !isNewer(version, running));
  return older ?? versions.findLast((version) => isNewer(version, running)) ?? newest;
}

const isNewer = (one: RubyVersion, other: RubyVersion): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);

async function findStart({ host, config }: LaunchContext, path: string): Promise<string> {
  if ((await host.files.stat(path))?.kind === 'file') return path;
  throw fail('ERR_RUNTIME_ASSETS_MISSING', config.runtime, path);
}

function otherVersionNotice(runtime: string, ruby: RubyExecutable): string {
  const which = ruby.version ? `Ruby ${ruby.version.join('.')}` : 'a Ruby of unknown version';
  return `${runtime} is run by ${which} (${ruby.path}), because no Ruby ${versionOf(runtime).join('.')} was found.`;
}
