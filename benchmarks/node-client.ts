import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildOnce } from '../conformance/src/build-once.ts';
import { clientVersions } from './client-versions.ts';

const version = clientVersions.node;

let client: Promise<string | undefined> | undefined;

/**
 * The script that starts the official client with its own native module, or undefined where that cannot be compiled.
 * The first time, that takes minutes.
 */
export const nodeClient = (): Promise<string | undefined> => {
  client ??= install().catch((error: Error) => {
    const needed = 'autoconf, automake, cmake, g++, libtool and make';
    console.error(`aws-lambda-ric cannot be compiled: are ${needed} there? ${error.message.slice(-1_000)}`);
    return undefined;
  });
  return client;
};

async function install(): Promise<string> {
  const installed = await buildOnce({
    cache: fileURLToPath(new URL('../.cache/benchmarks', import.meta.url)),
    name: `aws-lambda-ric-${version}`,
    sources: [],
    ingredients: [version, process.versions.modules, process.arch],
    async into(target) {
      console.error(`Compiling aws-lambda-ric ${version}…`);
      await writeFile(join(target, 'package.json'), '{"private":true}');
      const args = ['install', `aws-lambda-ric@${version}`, '--ignore-scripts=false', '--no-audit', '--no-fund'];
      await promisify(execFile)('npm', args, { cwd: target, maxBuffer: 2 ** 26 });
    },
  });
  return join(installed, 'node_modules/aws-lambda-ric/bin/index.mjs');
}
