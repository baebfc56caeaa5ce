import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Python that has a pip, or undefined. Which one it is does not matter to what it fetches. */
export async function findPip() {
  for (const python of ['python3', 'python']) {
    try {
      await run(python, ['-m', 'pip', '--version']);
      return python;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** Fetches the wheel that has the pinned hash into `folder`, from where the user's pip is configured to look. */
export async function downloadWheel(python, { name, version, sha256, wheelFor }, folder) {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${name}==${version} --hash=sha256:${sha256}\n`);
  const tags = wheelFor
    ? ['--implementation', 'cp', '--python-version', wheelFor.python, '--platform', wheelFor.platform]
    : ['--implementation', 'py', '--abi', 'none', '--platform', 'any', '--python-version', '3.13'];
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', '--dest', folder];
  await run(python, ['-m', 'pip', 'download', ...options, ...tags, '--requirement', requirements]);
}

/** A wheel is a zip archive. */
export async function unpack(python, wheel, folder) {
  await run(python, ['-m', 'zipfile', '-e', wheel, folder]);
}
