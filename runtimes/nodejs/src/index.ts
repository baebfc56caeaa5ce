import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodejsRuntime } from './runtime.ts';

export { createNodejsRuntime, type NodejsRuntimeOptions } from './runtime.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** The definition for a host that is Node itself. */
export const nodejs = createNodejsRuntime({
  // From the sources, as in a checkout's tests, the assets are where the build puts them.
  assetsRoot: here.endsWith('src') ? here.replace(/src$/, 'dist') : here,
  nodeExecutable: process.execPath,
  nodeVersion: process.version,
});
