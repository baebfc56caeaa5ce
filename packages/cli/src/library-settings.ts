import { defineFunction, type FunctionSettings, type Launcher, type SandboxOptions } from '@lambda-bootstraps/core';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { named } from './choose-runtime.ts';
import { knownRuntimes } from './known-runtimes.ts';
import { resolvePath } from './paths.ts';

/** Each environment has a free port there. */
export interface RuntimeApiAddress {
  /** An address of this machine that its environments reach. */
  readonly address: string;
  /** The host by which they reach it, where that is another: `host.docker.internal`. */
  readonly advertisedHost?: string;
  /** Which peers' addresses may be runtimes; loopback alone unless told. */
  readonly allowPeer?: (address: string) => boolean;
}

/** What a program may bring of its own. */
export interface LibraryOptions {
  /** Starts execution environments: processes of this machine unless told. */
  readonly launcher?: Launcher;
  /** How many invocations of a function may wait for an environment. 1,000 unless told. */
  readonly queueLimit?: number;
  /** Where runtimes find their Runtime API, for a launcher whose environments have a network of their own; loopback unless told. */
  readonly runtimeApi?: RuntimeApiAddress;
  /** Told what a person should know once, a sentence each: timeouts that are paused, events that are given up. */
  readonly notice?: (sentence: string) => void;
}

/**
 * What this machine and the known runtimes make of settings.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_RUNTIME, ERR_UNSUPPORTED_RUNTIME, ERR_INVALID_NUMBER, ERR_RESERVED_VARIABLE
 */
export function resolveSettings(settings: FunctionSettings, options: LibraryOptions): SandboxOptions {
  const { name, definition } = runtimeOf(settings.runtime);
  const { taskDir = '.', layers, extensionsDir, concurrency } = settings;
  const absolute = (path: string): string => resolvePath(process.cwd(), path);
  const config = defineFunction(
    {
      inheritedEnvironment: inheritedPath(),
      ...settings,
      handler: settings.handler ?? definition.defaultHandler,
      runtime: name,
      taskRoot: absolute(taskDir),
      layers: layers?.map(absolute),
      extensionsDir: extensionsDir === undefined ? undefined : absolute(extensionsDir),
    },
    { nowMs: Date.now(), randomId: nodeHost.randomId() },
  );
  const { launcher = nodeLauncher, queueLimit, runtimeApi, notice } = options;
  return {
    host: nodeHost,
    launcher,
    config,
    runtime: definition,
    findExecutable,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(queueLimit === undefined ? {} : { queueLimit }),
    ...(runtimeApi === undefined
      ? {}
      : { runtimeApi: { ...runtimeApi, kind: 'own', port: 0, source: 'runtimeApi.address' } }),
    ...(notice === undefined ? {} : { notice }),
  };
}

function runtimeOf(runtime: FunctionSettings['runtime']) {
  if (typeof runtime === 'string') return named(knownRuntimes(), runtime);
  return { name: runtime.names[0] ?? runtime.family, definition: runtime };
}

const inheritedPath = (): Record<string, string> => (process.env.PATH ? { PATH: process.env.PATH } : {});
