import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';

/** Docker's names of the architectures that a package has the executable for. */
const packages = { amd64: 'executable-linux-x64', arm64: 'executable-linux-arm64' };

/** The architecture of containers on this machine, in Docker's words. */
export const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Why there is nothing to make images of, or false. */
export const noContext = () =>
  existsSync(executableOf(architecture))
    ? false
    : 'needs rust: rustup target add x86_64-unknown-linux-musl, and npm run build';

/** @param {keyof typeof packages} name */
const executableOf = (name) => join(root, 'packages', packages[name], 'dist/lambda-bootstraps');

/**
 * Fills an empty folder with what the Dockerfiles of runtimes/ copy: the executable of each architecture that was built, by
 * its three names and with its notices, and the files of each family.
 * @param {string} folder
 */
export const fillContext = (folder) => {
  for (const name of /** @type {const} */ (['amd64', 'arm64'])) {
    const executable = executableOf(name);
    if (existsSync(executable)) addExecutable(executable, join(folder, name));
  }
  for (const family of readdirSync(join(root, 'runtimes'))) {
    const dist = join(root, 'runtimes', family, 'dist');
    for (const name of existsSync(dist) ? readdirSync(dist) : []) {
      if (!notOfImages.test(name))
        cpSync(join(dist, name), join(folder, 'runtimes', family, name), { recursive: true });
    }
  }
  cpSync(join(root, 'tooling/images/install-build-tools'), join(folder, 'install-build-tools'));
};

/**
 * @param {string} executable
 * @param {string} folder
 */
const addExecutable = (executable, folder) => {
  const notices = join(folder, 'share/lambda-bootstraps');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(notices, { recursive: true });
  cpSync(executable, join(folder, 'bin/lambda-bootstraps'));
  for (const door of ['init', 'aws-lambda-rie']) symlinkSync('lambda-bootstraps', join(folder, 'bin', door));
  for (const text of ['LICENSE', 'THIRD-PARTY-NOTICES.txt']) cpSync(join(executable, '..', text), join(notices, text));
};

/** Neither what only Node.js's packages need, nor Java's archives, which are for this machine's Java alone. */
const notOfImages = /^(index\.js|runtime\.js|archives|\.tsbuildinfo.*|.*\.d\.ts)$/;
