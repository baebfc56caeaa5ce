import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the Node.js family's files are: in its npm package, or beside the program in an image that carries the program
 * alone.
 */
export function findNodejsAssets(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@lambda-bootstraps/runtime-nodejs/package.json');
    return join(dirname(manifest), 'dist');
  } catch {
    return join(dirname(fileURLToPath(import.meta.url)), 'runtimes', 'nodejs');
  }
}
