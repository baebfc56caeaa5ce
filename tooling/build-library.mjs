import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { readManifest } from './workspaces.mjs';

const require = createRequire(import.meta.url);

/**
 * Waits for all of them. esbuild and tsc have told of their errors when they fail: there is nothing to add.
 * @param {Promise<unknown>[]} builds
 */
export const buildAll = async (builds) => {
  for (const result of await Promise.allSettled(builds)) {
    if (result.status === 'fulfilled') continue;
    process.exitCode = 1;
    if (!result.reason?.errors) console.error(result.reason);
  }
};

/**
 * What sources may know of their package.
 * @param {import('./workspaces.mjs').Manifest} manifest
 */
export const versionOf = ({ version }) => ({ LAMBDA_BOOTSTRAPS_VERSION: JSON.stringify(version) });

/** The package's modules as one ES module; its dependencies stay imports. */
export const buildLibrary = async ({ outfile = 'dist/index.js' } = {}) => {
  const manifest = readManifest('.');
  const onlyWebGlobals = manifest.name.endsWith('/core');
  await build({
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    // `neutral` knows no built-in modules: an import of node:fs in core ends the build.
    platform: onlyWebGlobals ? 'neutral' : 'node',
    target: 'node20',
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    define: versionOf(manifest),
    logLevel: 'warning',
  });
};

/**
 * Declarations come from `tsc -b` in each package: it knows which projects are up to date, so a package that
 * turbo restored is not compiled again, and `npm run types` at the root shares the work.
 */
export const buildDeclarations = async () => {
  const tsc = spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-b'], { stdio: 'inherit' });
  const [code] = await once(tsc, 'exit');
  if (code !== 0) process.exitCode = 1;
};
