import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

interface Pin {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

const pinned: Record<string, readonly Pin[]> = JSON.parse(
  await readFile(new URL('../ric-versions.json', import.meta.url), 'utf8'),
);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const shims = fileURLToPath(new URL('shim', import.meta.url));

// Without a pip the build has nothing to fetch them by, and says so.
const noAssets = 'needs python: with pip, when the package is built';

for (const [major, packages] of Object.entries(pinned)) {
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  const folder = join(dist, 'ric', major);
  const skip = existsSync(folder) ? false : noAssets;
  t.test(`${names}: as they were published`, { skip }, async (t) => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    t.match(
      manifest.packages,
      packages.map(({ name, version, sha256 }) => ({ name, version, wheel: { sha256 } })),
    );
    const published: Record<string, string> = Object.assign(
      {},
      ...manifest.packages.map(({ sha256 }: { sha256: object }) => sha256),
    );
    const ours = await listFiles(shims);
    const files = (await listFiles(folder)).filter((file) => file !== 'manifest.json');
    t.strictSame(files, [...Object.keys(published), ...ours].sort(), 'nothing else is there');
    for (const { name, version } of packages) {
      const licences = Object.keys(published).filter((file) => file.startsWith(`licenses/${name}-${version}/LICENSE`));
      t.ok(licences.length > 0, `the licence of ${name}`);
    }
    for (const [file, sha256] of Object.entries(published)) {
      const bytes = await readFile(join(folder, file));
      t.equal(createHash('sha256').update(bytes).digest('hex'), sha256, file);
    }
    for (const file of ours) {
      t.same(await readFile(join(folder, file)), await readFile(join(shims, file)), `${file} is up to date`);
    }
  });
}

/** Without what Python leaves behind when it runs them. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(
      (entry) => entry.isFile() && /\.pyc(\.\d+)?$/.test(entry.name) === false && !entry.name.endsWith('.test.ts'),
    )
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
