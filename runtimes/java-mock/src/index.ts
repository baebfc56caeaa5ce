import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime } from './runtime.ts';

export { createRuntime } from './runtime.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** The definition for a host that is Node.js. */
export const java = createRuntime({
  // From the sources, as in a checkout's tests, the assets are where the build puts them.
  assetsRoot: here.endsWith('src') ? here.replace(/src$/, 'dist') : here,
});
