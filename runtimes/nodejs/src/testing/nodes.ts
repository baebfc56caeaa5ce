import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../../.cache/nodes', import.meta.url));

/** One of each major that Lambda has had since nodejs12.x. */
export const nodeVersions = [
  '12.22.12',
  '14.21.3',
  '16.20.2',
  '18.20.8',
  '20.20.2',
  '22.23.3',
  '24.21.0',
  '26.10.0',
] as const;

/** The executable of a Node version, fetched by npm once. */
export async function nodeOf(version: string): Promise<string> {
  const executable = join(cache, version, 'bin/node');
  if (!existsSync(executable)) await fetchNode(version);
  return executable;
}

async function fetchNode(version: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const incoming = await mkdtemp(join(cache, 'incoming-'));
  try {
    const name = `node-${process.platform}-${process.arch}`;
    await run('npm', ['pack', `${name}@${version}`, '--ignore-scripts', '--silent'], { cwd: incoming });
    await run('tar', ['-xzf', `${name}-${version}.tgz`, 'package/bin/node'], { cwd: incoming });
    await rm(join(cache, version), { recursive: true, force: true });
    await rename(join(incoming, 'package'), join(cache, version));
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}
