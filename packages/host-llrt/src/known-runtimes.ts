import type { RuntimeDefinition } from '@lambda-bootstraps/core';
import { families } from 'lambda-bootstraps/registry';
import { createRuntimes } from 'lambda-bootstraps/runtime-family';
import { native } from './native.ts';

/** The runtimes of the executable, which is itself no interpreter of any of them. */
export const knownRuntimes = (): readonly RuntimeDefinition[] =>
  createRuntimes(families, ({ folder }) => ({ assetsRoot: findAssets(folder) }));

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
