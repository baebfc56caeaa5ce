import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { workIn } from './work.mjs';

const hostFolder = fileURLToPath(new URL('../../host-llrt', import.meta.url));

/**
 * The npm packages whose code is in the bundle.
 * @returns {Promise<import('./work.mjs').Work[]>}
 */
export const npmPackages = async () => {
  const { metafile } = await build({
    absWorkingDir: hostFolder,
    entryPoints: ['src/llrt.ts'],
    bundle: true,
    write: false,
    metafile: true,
    // As in packages/host-llrt/build/bundle.mjs.
    format: 'esm',
    platform: 'browser',
    conditions: ['lambda-bootstraps-source'],
    logLevel: 'warning',
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [],
  );
  return [...new Set(folders)].map((relative) => {
    const folder = join(hostFolder, relative);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return workIn({ folder, name, version, expression: license, source: `https://www.npmjs.com/package/${name}` });
  });
};
