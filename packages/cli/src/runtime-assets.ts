import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuntimeFamily } from './runtime-family.ts';

/**
 * Where a family's files are: in its npm package, or beside the program in an image that carries the program alone.
 */
export function findAssets({ folder, packageName }: RuntimeFamily): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), 'dist');
  } catch {
    return join(dirname(fileURLToPath(import.meta.url)), 'runtimes', folder);
  }
}
