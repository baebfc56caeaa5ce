/**
 * Builds the package into dist/:
 *
 *     index.js, runtime.js      what hosts import
 *     ric/<major>/              the unmodified runtime interface clients with what they import, each with the modules of
 *                               src/shim where its native module belongs: what stands for /var/runtime
 */
import { cp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDeclarations } from '../../tooling/build-library.mjs';
import { buildRuntimeEntries } from '../../tooling/build-runtime.mjs';
import { findPip } from './build/pip.mjs';
import { vendor } from './build/vendor.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const cache = join(root, '../../.cache/pypi');

const clients = JSON.parse(await readFile(join(root, 'ric-versions.json'), 'utf8'));

await rm(join(dist, 'ric'), { recursive: true, force: true });
await Promise.all([buildRuntimeEntries(root), buildDeclarations(), buildClients()]);

async function buildClients() {
  const pip = await findPip();
  if (!pip) {
    // The rest of the checkout is of use without; who runs a Python function is told where the files are missed.
    console.error(
      "runtimes/python-mock: THE FILES OF THE PYTHON RUNTIMES ARE MISSING: the build fetches AWS's client by pip, and " +
        'neither python3 nor python has one here (apt-get install python3-pip).',
    );
    return;
  }
  // One after the other: they have a package in common, and fetch it once.
  for (const [major, packages] of Object.entries(clients)) await buildClient(join(dist, 'ric', major), packages, pip);
}

async function buildClient(folder, packages, pip) {
  await vendor({ packages, folder, cache, pip });
  const isModule = (path) => !/__pycache__|\.test\.ts$/.test(path);
  await cp(join(root, 'src/shim'), folder, { recursive: true, filter: isModule });
}
