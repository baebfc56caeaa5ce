import {
  fail,
  functionVariable,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  type RuntimeDefinition,
  type RuntimeOptions,
  withExecWrapper,
} from '@lambda-bootstraps/core';
import { concurrentClient, workerCount } from './concurrency.ts';
import { hasHandlerModule } from './handler-module.ts';
import { modulePath } from './module-path.ts';
import { findAnyNode, findNode, type NodeExecutable, type NodeVersion, parseVersion } from './node-executable.ts';
import { nodeFlags } from './node-flags.ts';
import { chooseClient } from './ric.ts';

const majors = [26, 24, 22, 20, 18, 16, 14, 12, 10];
/** "Lambda runtimes", deprecated runtimes: this one and what is older. */
const lastDeprecatedMajor = 20;
/** Another client with another native module, and a Node.js that none of ours knows. */
const unsupported = ['nodejs8.10', 'nodejs6.10', 'nodejs4.3'];
const defaultHandler = 'index.handler';

/** Node.js functions, run by the official runtime interface client with its native module stood in for. */
export function createRuntime(options: RuntimeOptions): RuntimeDefinition {
  const { interpreter } = options;
  const own: NodeExecutable | undefined = interpreter && {
    path: interpreter.executable,
    version: parseVersion(interpreter.version),
  };

  return {
    family: 'nodejs',
    names: majors.map(runtimeName),
    deprecated: majors.filter((major) => major <= lastDeprecatedMajor).map(runtimeName),
    unsupported: Object.fromEntries(unsupported.map((name) => [name, 'its client came before the Runtime API'])),
    defaultHandler,

    async guess(context) {
      const fits =
        (await hasHandlerModule(context, context.handler ?? defaultHandler)) ||
        (await context.host.files.stat(`${context.taskRoot}/package.json`))?.kind === 'file';
      if (!fits) return undefined;
      const node = own ?? (await findAnyNode({ ...context, files: context.host.files, own }));
      return runtimeName(nearestMajor(node?.version));
    },

    async plan(context) {
      const { config } = context;
      const askedMajor = majorOf(config.runtime);
      const node = await findNode({ ...context, files: context.host.files, own }, askedMajor);
      if (!node)
        throw new LaunchFailure(`no Node.js to run ${config.runtime}: neither node${askedMajor} nor node is on PATH`);
      if (node.version?.major !== askedMajor) context.notice(otherVersionNotice(config.runtime, node));

      const running = node.version ?? { major: askedMajor, minor: undefined };
      const concurrent = concurrentClient(config, askedMajor, running.major);
      const client = concurrent ?? chooseClient(askedMajor, running.major);
      const entry = await findAsset(context, `${options.assetsRoot}/${client.entry}`);
      return {
        command: withExecWrapper([node.path, ...planFlags(context, askedMajor, running), entry], config),
        workingDirectory: config.taskRoot,
        environment: {
          AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
          LAMBDA_RUNTIME_DIR: `${options.assetsRoot}/${client.folder}`,
          // Lambda's bootstrap sets it only where nobody has.
          NODE_PATH: config.inheritedEnvironment.NODE_PATH ?? modulePath({ ...config, major: askedMajor }),
          ...(concurrent && workerCount(config)),
        },
        // Worker threads have a native module each, and one pair of descriptors would be all of theirs.
        transport: concurrent ? 'http' : 'frames',
        // Then the client writes JSON lines to standard output (acquireSocketFd in index.mjs of 4.0.2).
        telemetryLog: !concurrent,
        debuggerOption: /--inspect(-brk|-wait)?(=\S+)?(?=\s|$)/.exec(nodeOptionsOf(context))?.[0],
      } satisfies LaunchPlan;
    },
  };
}

const runtimeName = (major: number): string => `nodejs${major}.x`;
const majorOf = (runtime: string): number => Number(/^nodejs(\d+)/.exec(runtime)?.[1]);

/** The newest runtime that is no newer than the Node that will run it: 25 runs as nodejs24.x. */
function nearestMajor(version: NodeVersion | undefined): number {
  return majors.find((major) => version && major <= version.major) ?? majors[0]!;
}

function planFlags(context: LaunchContext, askedMajor: number, running: NodeVersion): readonly string[] {
  const { memorySizeMb } = context.config;
  return nodeFlags({ askedMajor, running, memorySizeMb, nodeOptions: nodeOptionsOf(context) });
}

function nodeOptionsOf({ config }: LaunchContext): string {
  return functionVariable(config, 'NODE_OPTIONS') ?? '';
}

async function findAsset(context: LaunchContext, path: string): Promise<string> {
  if ((await context.host.files.stat(path))?.kind === 'file') return path;
  throw fail('ERR_RUNTIME_ASSETS_MISSING', context.config.runtime, path);
}

function otherVersionNotice(runtime: string, node: NodeExecutable): string {
  const which = node.version ? `Node.js ${node.version.major}` : 'a Node.js of unknown version';
  return `${runtime} is run by ${which} (${node.path}), because no Node.js ${majorOf(runtime)} was found.`;
}
