import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cache = fileURLToPath(new URL('../../../.cache/python', import.meta.url));

const version = spawnSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });

/** Why Python packages cannot be used here, or false. The official Lambda client wants 3.10. */
export const pythonIsMissing = (): string | false => {
  if (version.status !== 0) return 'needs python: apt-get install python3';
  const [major = 0, minor = 0] = version.stdout.split('.').map(Number);
  return major === 3 && minor >= 10 ? false : `needs Python 3.10 or newer; here is ${version.stdout.trim()}`;
};

/** A folder for PYTHONPATH that has these packages of PyPI, installed once. */
export async function pythonPackages(...packages: readonly string[]): Promise<string> {
  const folder = join(cache, `${packages.join('-')}-py${version.stdout.trim()}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  const install = ['-m', 'pip', 'install', '--quiet', '--target', part, ...packages];
  await promisify(execFile)('python3', install, { timeout: 240_000 });
  try {
    renameSync(part, folder);
  } catch {
    // Another test file was quicker.
    rmSync(part, { recursive: true });
  }
  return folder;
}
