import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { filesBelow } from '../../../tooling/build-runtime.mjs';

const run = promisify(execFile);

/** Apache-2.0 asks for the first two to go along; package.json is read by the client itself and tells its version. */
const documents = ['LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES', 'package.json'];
const codeExtensions = ['.js', '.mjs'];

/**
 * Puts the files that a runtime interface client needs to run into `folder`, byte for byte as published, and lists
 * them with their hashes in manifest.json.
 */
export async function vendor({ client, folder, cache }) {
  const tarball = await fetchTarball(client, cache);
  const unpacked = await mkdtemp(join(tmpdir(), 'ric-'));
  try {
    // From its folder, by name: a drive letter in the path means a remote host to GNU tar.
    await copyFile(tarball, join(unpacked, 'client.tgz'));
    await run('tar', ['-xzf', 'client.tgz'], { cwd: unpacked });
    const source = join(unpacked, 'package');
    const files = (await filesBelow(source)).filter((file) => isKept(file, client.keep));
    const hashes = {};
    for (const file of files) {
      const target = join(folder, file);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(source, file), target);
      hashes[file] = hash('sha256', await readFile(target), 'hex');
    }
    const manifest = {
      package: 'aws-lambda-ric',
      version: client.version,
      integrity: client.integrity,
      sha256: hashes,
    };
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Takes the tarball from the cache, or else from the registry that the user's npm is configured for. */
async function fetchTarball(client, cache) {
  const name = `aws-lambda-ric-${client.version}.tgz`;
  const cached = join(cache, name);
  if (await hasIntegrity(cached, client.integrity)) return cached;
  await mkdir(cache, { recursive: true });
  const incoming = await mkdtemp(join(cache, 'incoming-'));
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const specifier = `aws-lambda-ric@${client.version}`;
    await run(npm, ['pack', specifier, '--ignore-scripts', '--silent', '--pack-destination', incoming], {
      cwd: incoming,
      shell: process.platform === 'win32',
    });
    const fetched = join(incoming, name);
    if (!(await hasIntegrity(fetched, client.integrity))) {
      throw new Error(`${specifier} is not what ric-versions.json pins (${client.integrity}).`);
    }
    await rename(fetched, cached);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return cached;
}

async function hasIntegrity(file, integrity) {
  try {
    return `sha512-${hash('sha512', await readFile(file), 'base64')}` === integrity;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function hash(algorithm, bytes, encoding) {
  return createHash(algorithm).update(bytes).digest(encoding);
}

/** `keep` names files, and folders (with a slash at the end) of which the code is kept. */
function isKept(file, keep) {
  if (documents.includes(file)) return true;
  if (!codeExtensions.includes(extname(file))) return false;
  return keep.some((kept) => (kept.endsWith('/') ? file.startsWith(kept) : file === kept));
}
