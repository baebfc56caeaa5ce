import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * What hosts import of a family whose definition stands apart from its entry for Node.js: index.js and runtime.js.
 * @param {string} root the family's folder
 */
export const buildRuntimeEntries = (root) =>
  build({
    entryPoints: [join(root, 'src/index.ts'), join(root, 'src/runtime.ts')],
    outdir: join(root, 'dist'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    external: ['node:*'],
    logLevel: 'warning',
  });

/**
 * Every file below a folder, by its path from there with `/`.
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
export const filesBelow = async (folder, prefix = '') => {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? filesBelow(folder, `${path}/`) : [path];
  });
  return (await Promise.all(nested)).flat().sort();
};
