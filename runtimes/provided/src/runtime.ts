import {
  executableFlaw,
  type GuessContext,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  type RuntimeDefinition,
} from '@lambda-bootstraps/core';

export interface ProvidedOptions {
  /** Looked at before the documented places (docker-lambda's `--bootstrap`). */
  readonly firstCandidate?: string;
  /** Arguments for the bootstrap. */
  readonly arguments?: readonly string[];
}

/**
 * OS-only runtimes: an executable named `bootstrap` in the function's folder or in a layer.
 * Source: "Building a custom runtime for AWS Lambda".
 */
export function createProvidedRuntime(options: ProvidedOptions = {}): RuntimeDefinition {
  return {
    family: 'provided',
    names: ['provided.al2023', 'provided.al2', 'provided'],
    deprecated: ['provided.al2', 'provided'],
    defaultHandler: 'handler',
    // A folder with a bootstrap is what it says it is.
    guessRank: 0,
    guess,
    plan: (context) => plan(context, options),
  };
}

export const createRuntime = (): RuntimeDefinition => createProvidedRuntime();

async function guess({ host, taskRoot, layers }: GuessContext): Promise<string | undefined> {
  for (const path of candidates(taskRoot, layers)) {
    if ((await host.files.stat(path))?.kind === 'file') return 'provided.al2023';
  }
  return undefined;
}

async function plan({ config, host }: LaunchContext, options: ProvidedOptions): Promise<LaunchPlan> {
  const first = options.firstCandidate === undefined ? [] : [options.firstCandidate];
  const path = await findBootstrap([...first, ...candidates(config.taskRoot, config.layers)], host.files);
  const flaw = await executableFlaw(path, host);
  // No other candidate is tried then: neither does Lambda.
  if (flaw) throw new LaunchFailure(`fork/exec ${path}: ${flaw}`);
  return {
    command: [path, ...(options.arguments ?? [])],
    workingDirectory: config.taskRoot,
    environment: {},
    transport: 'http',
    telemetryLog: false,
  };
}

async function findBootstrap(paths: readonly string[], files: LaunchContext['host']['files']): Promise<string> {
  for (const path of paths) {
    if ((await files.stat(path))?.kind === 'file') return path;
  }
  throw new LaunchFailure(`Couldn't find valid bootstrap(s): [${paths.join(' ')}]`);
}

/** The function's folder, then the layers, the last one first for it lies on top. */
const candidates = (taskRoot: string, layers: readonly string[]): string[] =>
  [taskRoot, ...[...layers].reverse()].map((folder) => `${folder}/bootstrap`);
