import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { filesBelow } from '../../../tooling/build-runtime.mjs';
import { downloadWheel, unpack } from './pip.mjs';

/** The licences ask for the first two to go along; METADATA names the licence of a package that has no text of it. */
const document = /\.dist-info\/(?:licenses\/)?((?:LICENSE|NOTICE|METADATA)[^/]*)$/;

/**
 * Puts the Python files of packages into `folder`, byte for byte as published, with their licences in licenses/, and
 * lists them with their hashes in manifest.json.
 */
export async function vendor({ packages, folder, cache, pip }) {
  const listed = [];
  for (const one of packages) {
    const wheel = await fetchWheel(one, cache, pip);
    const unpacked = await mkdtemp(join(tmpdir(), 'wheel-'));
    try {
      await unpack(pip, wheel, unpacked);
      listed.push({
        name: one.name,
        version: one.version,
        wheel: { file: basename(wheel), sha256: one.sha256 },
        sha256: await copyKept(unpacked, folder, one),
      });
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  }
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify({ packages: listed }, null, 2)}\n`);
}

async function copyKept(source, folder, { name, version, keep }) {
  const hashes = {};
  for (const file of await filesBelow(source)) {
    const [, words] = document.exec(file) ?? [];
    if (words === undefined && !isKept(file, keep)) continue;
    const kept = words === undefined ? file : `licenses/${name}-${version}/${words}`;
    const target = join(folder, kept);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(source, file), target);
    hashes[kept] = hash(await readFile(target));
  }
  return hashes;
}

/** Takes the wheel from the cache, or else by pip. */
async function fetchWheel(one, cache, pip) {
  await mkdir(cache, { recursive: true });
  const folder = join(cache, one.sha256);
  const cached = await wheelIn(folder, one.sha256);
  if (cached) return cached;
  const incoming = await mkdtemp(join(cache, 'incoming-'));
  try {
    await downloadWheel(pip, one, incoming);
    if (!(await wheelIn(incoming, one.sha256))) {
      throw new Error(`${one.name} ${one.version} is not what ric-versions.json pins (${one.sha256}).`);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(incoming, folder);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return wheelIn(folder, one.sha256);
}

async function wheelIn(folder, sha256) {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.whl'))) {
    const path = join(folder, name);
    if (hash(await readFile(path)) === sha256) return path;
  }
  return undefined;
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `keep` names modules, and packages (with a slash at the end) of which the code is kept, without their tests. */
function isKept(file, keep) {
  if (!file.endsWith('.py') || file.includes('/tests/')) return false;
  return keep.some((kept) => (kept.endsWith('/') ? file.startsWith(kept) : file === kept));
}
