/**
 * Builds the package into dist/:
 *
 *     index.js          what hosts import
 *     ric/<major>/      the unmodified runtime interface clients, where they can be had
 *     start/            what Ruby is started with
 */
import { cp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, buildDeclarations, buildLibrary } from '../../tooling/build-library.mjs';
import { vendor } from './build/vendor.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const cache = join(root, '../../.cache/ric');

const clients = JSON.parse(await readFile(join(root, 'ric-versions.json'), 'utf8'));

await Promise.all(['ric', 'start'].map((folder) => rm(join(dist, folder), { recursive: true, force: true })));
await buildAll([
  buildLibrary(),
  buildDeclarations(),
  cp(join(root, 'src/start'), join(dist, 'start'), { recursive: true }),
  ...Object.entries(clients).map(buildClient),
]);

/** Ruby functions run without it where their Ruby has the gem, so its absence is told and no more. */
async function buildClient([major, client]) {
  try {
    await vendor({ client, folder: join(dist, 'ric', major), cache });
  } catch (error) {
    console.warn(`Built without the client aws_lambda_ric ${client.version}: ${error.message}`);
  }
}
