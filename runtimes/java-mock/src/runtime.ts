import {
  fail,
  functionVariable,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  localeVariables,
  type RuntimeDefinition,
  type RuntimeOptions,
  withExecWrapper,
} from '@lambda-bootstraps/core';
import { clientClassPath, layerClassPath } from './class-path.ts';
import { hasHandlerClass } from './handler-class.ts';
import { javaFlags } from './java-flags.ts';
import { findJava, findNewestJava, type Java, placesOfJava } from './java-home.ts';

const majors = [25, 21, 17, 11, 8];
const defaultHandler = 'index.Handler';
const mainClass = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';

/** What may hold options for Java, in the order that Java reads them. */
const optionVariables = ['JDK_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS'];

/** Java functions, run by the official runtime interface client with its native class stood in for. */
export function createRuntime(options: RuntimeOptions): RuntimeDefinition {
  return {
    family: 'java-mock',
    names: majors.map(runtimeName),
    deprecated: ['java8.al2'],
    unsupported: { java8: 'its client came before the Runtime API; java8.al2 takes the same functions' },
    defaultHandler,
    // A handler named as in Java, and classes: more than the package.json by which others know a folder.
    guessRank: 50,

    async guess(context) {
      if (!(await hasHandlerClass(context, context.handler ?? defaultHandler))) return undefined;
      const java = await findNewestJava({ ...context, files: context.host.files, javaHome: undefined });
      return runtimeName(majors.find((major) => major <= (java?.major ?? majors[0]!)) ?? 8);
    },

    async plan(context) {
      const { config, host } = context;
      const { files } = host;
      const { assetsRoot } = options;
      const askedMajor = majorOf(config.runtime);
      const javaHome = functionVariable(context.config, 'JAVA_HOME');
      const java = await findJava({ ...context, files, javaHome }, askedMajor);
      if (!java) throw new LaunchFailure(`no Java to run ${config.runtime}: looked at ${placesOfJava}`);
      if (java.major !== askedMajor) context.notice(otherVersionNotice(config.runtime, java));
      await checkAssets(context, assetsRoot);

      const frames = await framesCommand(context);
      const javaOptions = optionVariables.map((name) => functionVariable(context.config, name) ?? '').join(' ');
      const classPath = [...(await clientClassPath(files, assetsRoot)), ...(await layerClassPath(files, config))];
      return {
        command: [
          ...(frames?.before ?? []),
          ...withExecWrapper(
            [
              java.executable,
              ...(frames?.options ?? []),
              ...javaFlags({
                askedMajor,
                runningMajor: java.major ?? askedMajor,
                memorySizeMb: config.memorySizeMb,
                javaOptions,
                archive: await findArchive(files, assetsRoot, java),
              }),
              '-classpath',
              classPath.join(':'),
              mainClass,
              config.handler,
            ],
            config,
          ),
        ],
        // The client loads the function from its working directory.
        workingDirectory: config.taskRoot,
        environment: {
          AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
          LAMBDA_RUNTIME_DIR: assetsRoot,
          // No flag changes since Java 18 how variables, arguments and names of files are read.
          ...(await localeVariables(context)),
        },
        transport: frames ? 'frames' : 'http',
        telemetryLog: true,
        debuggerOption: /-(agentlib:|Xrun)jdwp\S*/.exec(javaOptions)?.[0],
      } satisfies LaunchPlan;
    },
  };
}

const runtimeName = (major: number): string => (major === 8 ? 'java8.al2' : `java${major}`);
const majorOf = (runtime: string): number => Number(/^java(\d+)/.exec(runtime)?.[1]);

/**
 * How the descriptors of the frame transport become known to our class alone: Java gives no way to take a variable out of
 * the environment, so `env` does. Undefined where HTTP is spoken: several threads wait for invocations under
 * AWS_LAMBDA_MAX_CONCURRENCY, whatever its number (ConcurrencyConfig of 2.9.0), and some images have no `env`.
 */
async function framesCommand(context: LaunchContext): Promise<{ before: string[]; options: string[] } | undefined> {
  if (functionVariable(context.config, 'AWS_LAMBDA_MAX_CONCURRENCY') !== undefined) return undefined;
  const env = await context.findExecutable('env');
  if (env === undefined) return undefined;
  return { before: [env, '-u', 'LAMBDA_BOOTSTRAPS_FRAMES'], options: ['-Dlambdabootstraps.frames=3,4'] };
}

async function checkAssets({ host, config }: LaunchContext, assetsRoot: string): Promise<void> {
  const path = `${assetsRoot}/native-client.jar`;
  if ((await host.files.stat(path))?.kind !== 'file') throw fail('ERR_RUNTIME_ASSETS_MISSING', config.runtime, path);
}

/** What archive.sh made for this very Java. */
async function findArchive(
  files: LaunchContext['host']['files'],
  assetsRoot: string,
  { build }: Java,
): Promise<string | undefined> {
  const path = `${assetsRoot}/archives/${build}.jsa`;
  return build !== undefined && (await files.stat(path))?.kind === 'file' ? path : undefined;
}

function otherVersionNotice(runtime: string, java: Java): string {
  const which = java.major === undefined ? 'a Java of unknown version' : `Java ${java.major}`;
  return `${runtime} is run by ${which} (${java.executable}), because no Java ${majorOf(runtime)} was found.`;
}
