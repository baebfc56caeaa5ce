import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cache = fileURLToPath(new URL('../../../.cache/python', import.meta.url));

/** The version of the official client for Pythons from 3.10 on. */
const client = 'awslambdaric==4.0.2';

const version = spawnSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });

/** Why there is no Python client here, or false. */
export const pythonIsMissing = (): string | false => {
  if (version.status !== 0) return 'needs python: apt-get install python3';
  const [major = 0, minor = 0] = version.stdout.split('.').map(Number);
  return major === 3 && minor >= 10 ? false : `needs Python 3.10 or newer; here is ${version.stdout.trim()}`;
};

/** A folder for PYTHONPATH that has the official client, installed from PyPI once. */
export async function pythonClient(): Promise<string> {
  const folder = join(cache, `${client}-py${version.stdout.trim()}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  await promisify(execFile)('python3', ['-m', 'pip', 'install', '--quiet', '--target', part, client], {
    timeout: 180_000,
  });
  try {
    renameSync(part, folder);
  } catch {
    // Another test file was quicker.
    rmSync(part, { recursive: true });
  }
  return folder;
}
