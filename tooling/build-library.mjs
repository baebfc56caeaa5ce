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

/** What esbuild makes CommonJS with. That has no import.meta: the bundle's own place stands for every module in it. */
export const commonJs = /** @type {const} */ ({
  format: 'cjs',
  banner: { js: "const __programUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__programUrl' },
});

/**
 * The same modules for `require`, with the workspace's other packages in them: those are ES modules, which Node.js can
 * require only from 20.19 on, and test runners with a loader of their own not at all.
 * @param {{ outfile: string, external: string[] }} options
 */
export const buildCommonJsLibrary = async ({ outfile, external }) => {
  await build({
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external,
    // From sources, so that one build does not wait for another.
    conditions: ['lambda-bootstraps-source'],
    ...commonJs,
    define: { ...commonJs.define, ...versionOf(readManifest('.')) },
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
