import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A source of gems that does not answer must not hold the build, in milliseconds. */
const fetchTimeout = 60_000;

/**
 * Puts the files of a runtime interface client into `folder`, byte for byte as published, with a manifest.json.
 * @throws Error when the gem cannot be had, or is not what is pinned; the folder is left out then.
 */
export async function vendor({ client, folder, cache }) {
  const gem = await fetchGem(client, cache);
  const unpacked = await mkdtemp(join(tmpdir(), 'ric-'));
  try {
    // From its folder, by name: a drive letter in the path means a remote host to GNU tar.
    await copyFile(gem, join(unpacked, 'client.gem'));
    await run('tar', ['-xf', 'client.gem', 'data.tar.gz'], { cwd: unpacked });
    await run('tar', ['-xzf', 'data.tar.gz'], { cwd: unpacked });
    await checkPins(client, unpacked, basename(gem));
    for (const file of Object.keys(client.sha256)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(join(unpacked, file), join(folder, file));
    }
    const manifest = { package: 'aws_lambda_ric', ...client };
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Takes the gem from the cache, or else from the source that the user's Ruby is configured for. */
async function fetchGem({ version }, cache) {
  const name = `aws_lambda_ric-${version}.gem`;
  const cached = join(cache, name);
  await mkdir(cache, { recursive: true });
  if ((await readdir(cache)).includes(name)) return cached;
  const incoming = await mkdtemp(join(cache, 'incoming-'));
  try {
    const { stdout, stderr } = await runGem(['fetch', 'aws_lambda_ric', '--version', version], incoming);
    // It may end with success and have nothing.
    if (!(await readdir(incoming)).includes(name)) throw new Error(`\`gem fetch\` says: ${oneLine(stderr + stdout)}`);
    await rename(join(incoming, name), cached);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return cached;
}

async function runGem(args, folder) {
  try {
    return await run('gem', args, { cwd: folder, timeout: fetchTimeout });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('it is fetched by `gem`, and there is no Ruby on PATH');
    throw new Error(`\`gem fetch\` failed: ${oneLine(error.stderr || error.message)}`);
  }
}

const oneLine = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 300);

/** The gem's own hash is its registry's affair; what is shipped are these files. */
async function checkPins({ sha256 }, folder, gem) {
  const code = (await readdir(join(folder, 'lib'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  for (const file of new Set([...code, ...Object.keys(sha256)])) {
    const bytes = await readFile(join(folder, file)).catch(() => '');
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256[file]) throw new Error(`${file} in ${gem} is not what ric-versions.json pins`);
  }
}
