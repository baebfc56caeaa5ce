import {
  fail,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  type RuntimeDefinition,
  type RuntimeOptions,
  withExecWrapper,
} from '@lambda-bootstraps/core';
import { isConcurrent } from './concurrency.ts';
import { debuggerOf } from './debugger.ts';
import { hasHandlerModule } from './handler-module.ts';
import { layerModuleFolders } from './module-folders.ts';
import { findAnyPython, findPython, type Python } from './python-executable.ts';
import type { Minor } from './python-version.ts';
import { canWriteLogRecords, chooseClient } from './ric.ts';

const minors = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6];
/** "Lambda runtimes": 3.15 is a preview. */
const newestReleased = 14;
/** "Lambda runtimes", deprecated runtimes: this one and what is older. */
const lastDeprecated = 10;

/** Python functions, run by the official runtime interface client with its native module stood in for. */
export function createRuntime(options: RuntimeOptions): RuntimeDefinition {
  return {
    family: 'python-mock',
    names: minors.map(runtimeName),
    deprecated: minors.filter((minor) => minor <= lastDeprecated).map(runtimeName),
    unsupported: { 'python2.7': 'the client runs on Python 3 only' },
    defaultHandler,
    // Before families that a package.json is enough for: a folder may have one for its tools.
    guessRank: 90,

    async guess(context) {
      if (!(await hasHandlerModule(context, context.handler ?? defaultHandler))) return undefined;
      const python = await findAnyPython({ ...context, files: context.host.files });
      return runtimeName(nearestMinor(python?.minor));
    },

    async plan(context) {
      const { config } = context;
      const askedMinor = minorOf(config.runtime);
      const python = await findPython(
        {
          ...context,
          files: context.host.files,
          taskRoot: config.taskRoot,
          activeEnvironment: config.inheritedEnvironment.VIRTUAL_ENV,
        },
        askedMinor,
      );
      if (!python) {
        const names = `neither python3.${askedMinor} nor python3 is on PATH, and the function has no .venv`;
        throw new LaunchFailure(`no Python to run ${config.runtime}: ${names}`);
      }
      if (python.minor !== askedMinor) context.notice(otherVersionNotice(config.runtime, python));

      const runningMinor = python.minor ?? askedMinor;
      const client = chooseClient(askedMinor, runningMinor);
      const runtimeDir = `${options.assetsRoot}/${client.folder}`;
      const start = await findAsset(context, `${runtimeDir}/bootstrap.py`);
      const waiting = debuggerOf(config, runningMinor);
      const concurrent = isConcurrent(config, client);
      return {
        command: withExecWrapper(
          [python.path, ...(waiting?.options ?? []), start, ...layerModuleFolders(config.layers, askedMinor)],
          config,
        ),
        workingDirectory: config.taskRoot,
        environment: {
          AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
          LAMBDA_RUNTIME_DIR: runtimeDir,
          // 3.7 and newer do it by themselves where the machine has no locale en_US.UTF-8 (PEP 538).
          ...(runningMinor < 7 && { PYTHONIOENCODING: 'utf-8' }),
        },
        // Processes that the client forks cannot share a pair of descriptors.
        transport: concurrent ? 'http' : 'frames',
        // Then the client closes the descriptor before it forks (_emit_worker_pool_event in 4.2.2), and writes to standard
        // output.
        telemetryLog: !concurrent && canWriteLogRecords(runningMinor),
        debuggerOption: waiting?.words,
      } satisfies LaunchPlan;
    },
  };
}

const defaultHandler = 'lambda_function.lambda_handler';
const runtimeName = (minor: number): string => `python3.${minor}`;
const minorOf = (runtime: string): number => Number(/^python3\.(\d+)/.exec(runtime)?.[1]);

/** The newest runtime that is no newer than the Python that will run it. */
function nearestMinor(running: Minor): number {
  if (running === undefined) return newestReleased;
  return minors.find((minor) => minor <= running) ?? minors.at(-1)!;
}

async function findAsset(context: LaunchContext, path: string): Promise<string> {
  if ((await context.host.files.stat(path))?.kind === 'file') return path;
  throw fail('ERR_RUNTIME_ASSETS_MISSING', context.config.runtime, path);
}

function otherVersionNotice(runtime: string, python: Python): string {
  const which = python.minor === undefined ? 'a Python of unknown version' : `Python 3.${python.minor}`;
  return `${runtime} is run by ${which} (${python.path}), because no Python 3.${minorOf(runtime)} was found.`;
}
