import type { RuntimeDefinition } from '@lambda-bootstraps/core';
import { families } from './registry.ts';
import { findAssets } from './runtime-assets.ts';
import { createRuntimes } from './runtime-family.ts';

/** The runtimes of this program on Node.js. */
export function knownRuntimes(): readonly RuntimeDefinition[] {
  const interpreter = { executable: process.execPath, version: process.version };
  return createRuntimes(families, (family) => ({
    // Looked for when it is needed: most families are not.
    get assetsRoot() {
      return findAssets(family);
    },
    interpreter,
  }));
}
