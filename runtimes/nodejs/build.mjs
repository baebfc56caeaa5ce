/**
 * Builds the package into dist/:
 *
 *     index.js, runtime.js      what hosts import
 *     ric/<major>/              the unmodified runtime interface clients, each with a folder where its native module belongs
 *     start/                    how a client is started that does not start when it is imported
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildDeclarations } from '../../tooling/build-library.mjs';
import { buildRuntimeEntries } from '../../tooling/build-runtime.mjs';
import { vendor } from './build/vendor.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const cache = join(root, '../../.cache/ric');

/** What a shim requires only when it needs it: a file of its own beside it. */
const onDemand = { 'rapid-client': ['http-client'] };

const clients = JSON.parse(await readFile(join(root, 'ric-versions.json'), 'utf8'));

await Promise.all(['ric', 'start'].map((folder) => rm(join(dist, folder), { recursive: true, force: true })));
await Promise.all([
  buildRuntimeEntries(root),
  buildDeclarations(),
  copyStarts(),
  ...Object.entries(clients).map(buildClient),
]);

async function copyStarts() {
  await cp(join(root, 'src/start'), join(dist, 'start'), { recursive: true });
}

async function buildClient([major, client]) {
  const folder = join(dist, 'ric', major);
  await vendor({ client, folder, cache });
  await buildShim(client.native.shim, join(folder, client.native.path));
}

/** A folder named like the native module is found by require() where the file would be, with no hook and no flag. */
async function buildShim(shim, folder) {
  const source = (name) => join(root, 'src/shim', `${name}.ts`);
  const others = onDemand[shim] ?? [];
  await build({
    entryPoints: [{ in: source(shim), out: 'index' }, ...others.map((name) => ({ in: source(name), out: name }))],
    outdir: folder,
    external: others.map((name) => `./${name}.js`),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node12',
    logLevel: 'warning',
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs", "main": "index.js" }\n');
}
