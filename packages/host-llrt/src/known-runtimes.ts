import type { RuntimeDefinition } from '@lambda-bootstraps/core';
import { createNodejsRuntime } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import { findExecutableNow } from './find-executable.ts';
import { native } from './native.ts';

/** The runtimes of the executable. A folder with a bootstrap is what it says it is, so those come first. */
export const knownRuntimes = (): readonly RuntimeDefinition[] => [
  createProvidedRuntime(),
  createNodejsRuntime({ assetsRoot: findAssets('nodejs'), ...findNode() }),
];

/** The image's Node takes the place of the one that runs us on npm; '' where there is none, or it cannot be told which. */
function findNode(): { nodeExecutable: string; nodeVersion: string } {
  const path = findExecutableNow('node') ?? '';
  const header = path.replace(/\/bin\/node$/, '/include/node/node_version.h');
  if (native.stat(header)?.kind !== 'file' || header === path) return { nodeExecutable: '', nodeVersion: '' };
  const text = String.fromCharCode(...native.readStart(header, 4096));
  const part = (name: string): string => new RegExp(`NODE_${name}_VERSION (\\d+)`).exec(text)?.[1] ?? '0';
  return { nodeExecutable: path, nodeVersion: `v${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}` };
}

/**
 * Where a family's files are: in the folder that LAMBDA_BOOTSTRAPS_RUNTIMES names, beside the executable, or where an
 * image has them. The last is given when none is there.
 */
function findAssets(family: string): string {
  const named = native.environment.LAMBDA_BOOTSTRAPS_RUNTIMES;
  const folder = native.executable.slice(0, native.executable.lastIndexOf('/'));
  const image = '/usr/local/share/lambda-bootstraps/runtimes';
  const places = [...(named ? [named] : []), `${folder}/runtimes`, image].map((place) => `${place}/${family}`);
  return places.find((place) => native.stat(place)?.kind === 'directory') ?? places.at(-1)!;
}
