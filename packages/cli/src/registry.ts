// Written by tooling/registry.mjs from the folders under runtimes/.
import { createRuntime as dotnet } from '@lambda-bootstraps/runtime-dotnet/runtime';
import { createRuntime as go } from '@lambda-bootstraps/runtime-go/runtime';
import { createRuntime as javaMock } from '@lambda-bootstraps/runtime-java-mock/runtime';
import { createRuntime as nodejs } from '@lambda-bootstraps/runtime-nodejs/runtime';
import { createRuntime as provided } from '@lambda-bootstraps/runtime-provided/runtime';
import { createRuntime as pythonMock } from '@lambda-bootstraps/runtime-python-mock/runtime';
import { createRuntime as ruby } from '@lambda-bootstraps/runtime-ruby/runtime';
import type { RuntimeFamily } from './runtime-family.ts';

export const families: readonly RuntimeFamily[] = [
  { folder: 'dotnet', packageName: '@lambda-bootstraps/runtime-dotnet', createRuntime: dotnet },
  { folder: 'go', packageName: '@lambda-bootstraps/runtime-go', createRuntime: go },
  { folder: 'java-mock', packageName: '@lambda-bootstraps/runtime-java-mock', createRuntime: javaMock },
  { folder: 'nodejs', packageName: '@lambda-bootstraps/runtime-nodejs', createRuntime: nodejs },
  { folder: 'provided', packageName: '@lambda-bootstraps/runtime-provided', createRuntime: provided },
  { folder: 'python-mock', packageName: '@lambda-bootstraps/runtime-python-mock', createRuntime: pythonMock },
  { folder: 'ruby', packageName: '@lambda-bootstraps/runtime-ruby', createRuntime: ruby },
];
