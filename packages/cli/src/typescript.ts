import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '@lambda-bootstraps/core';

/**
 * Makes JavaScript of a handler's TypeScript module: by esbuild, the project's own before ours; else by the Node that runs
 * us, where it strips types itself. Lambda's client loads JavaScript only.
 * @param source the module's path
 * @returns the path of the JavaScript module below `taskRoot`, without its extension
 * @throws LambdaBootstrapsError ERR_TYPESCRIPT
 */
export async function compileTypeScript(source: string, taskRoot: string): Promise<string> {
  // Below the function's folder, so that its packages are found from there; gone again when we are.
  const folder = join('node_modules', '.cache', 'lambda-bootstraps');
  const name = `${basename(source, extname(source))}-${process.pid}`;
  const extension = isEsModule(source, taskRoot) ? '.mjs' : '.cjs';
  const outfile = join(taskRoot, folder, name + extension);
  try {
    await mkdir(dirname(outfile), { recursive: true });
    process.on('exit', () => rmSync(outfile, { force: true }));
    await compile(source, taskRoot, outfile);
  } catch (error) {
    throw fail('ERR_TYPESCRIPT', source, (error as Error).message);
  }
  return `${folder}/${name}`;
}

async function compile(source: string, taskRoot: string, outfile: string): Promise<void> {
  const esbuild = findEsbuild(taskRoot);
  if (!esbuild) return forward(source, outfile);
  const { build } = (await import(pathToFileURL(esbuild).href)) as { build(options: object): Promise<unknown> };
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: `node${process.versions.node.split('.')[0]}`,
    format: outfile.endsWith('.mjs') ? 'esm' : 'cjs',
    sourcemap: 'inline',
    logLevel: 'silent',
  });
}

function findEsbuild(taskRoot: string): string | undefined {
  for (const from of [join(taskRoot, '_.js'), import.meta.url]) {
    try {
      return createRequire(from).resolve('esbuild');
    } catch {
      // Not from there.
    }
  }
  return undefined;
}

/** A module in JavaScript that hands on what the one in TypeScript exports. */
function forward(source: string, outfile: string): void {
  if (!('typescript' in process.features && process.features.typescript)) {
    throw new Error(
      'it takes esbuild (npm install --save-dev esbuild), or a Node.js that runs TypeScript (22.18 or newer)',
    );
  }
  const specifier = JSON.stringify(pathToFileURL(source).href);
  const path = JSON.stringify(source);
  writeFileSync(
    outfile,
    outfile.endsWith('.mjs') ? `export * from ${specifier};\n` : `module.exports = require(${path});\n`,
  );
}

function isEsModule(source: string, taskRoot: string): boolean {
  if (!source.endsWith('.ts')) return source.endsWith('.mts');
  const manifest = join(taskRoot, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
}
