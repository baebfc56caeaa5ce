import type { RuntimeDefinition, RuntimeOptions } from '@lambda-bootstraps/core';

/** A folder under runtimes/. */
export interface RuntimeFamily {
  readonly folder: string;
  readonly packageName: string;
  createRuntime(options: RuntimeOptions): RuntimeDefinition;
}

/** The definitions of families, in the order in which they are asked what a folder is. */
export function createRuntimes(
  families: readonly RuntimeFamily[],
  optionsFor: (family: RuntimeFamily) => RuntimeOptions,
): readonly RuntimeDefinition[] {
  return families
    .map((family) => family.createRuntime(optionsFor(family)))
    .sort((a, b) => (a.guessRank ?? 100) - (b.guessRank ?? 100));
}
