// Written by tooling/registry.mjs from the folders under runtimes/.
import { createRuntime as nodejs } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createRuntime as provided } from '@lambda-bootstraps/runtime-provided/runtime';
import type { RuntimeFamily } from './runtime-family.ts';

export const families: readonly RuntimeFamily[] = [
  { folder: 'nodejs', packageName: '@lambda-bootstraps/runtime-nodejs', createRuntime: nodejs },
  { folder: 'provided', packageName: '@lambda-bootstraps/runtime-provided', createRuntime: provided },
];
