import type { RuntimeDefinition } from '@lambda-bootstraps/core';
import { createNodejsRuntime } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import { findNodejsAssets } from './runtime-assets.ts';

/** The runtimes of this program on Node.js. A folder with a bootstrap is what it says it is, so those come first. */
export const knownRuntimes = (): readonly RuntimeDefinition[] => [
  createProvidedRuntime(),
  createNodejsRuntime({
    assetsRoot: findNodejsAssets(),
    nodeExecutable: process.execPath,
    nodeVersion: process.version,
  }),
];
