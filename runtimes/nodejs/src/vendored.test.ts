import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import t from 'tap';
import { assetsRoot } from './testing/ric-process.ts';

const pinned: Record<string, { version: string; integrity: string; native: { path: string; shim: string } }> =
  JSON.parse(await readFile(new URL('../ric-versions.json', import.meta.url), 'utf8'));

for (const [major, client] of Object.entries(pinned)) {
  t.test(`aws-lambda-ric ${client.version} is as it was published`, async (t) => {
    const folder = join(assetsRoot, 'ric', major);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    t.match(manifest, { package: 'aws-lambda-ric', version: client.version, integrity: client.integrity });

    const files = (await listFiles(folder)).filter((file) => file !== 'manifest.json');
    const shim = { 'rapid-client': ['http-client.js', 'index.js'], 'runtime-client': ['index.js'] }[client.native.shim];
    const ours = [...shim!, 'package.json'].map((file) => `${client.native.path}/${file}`);
    t.strictSame(files, [...Object.keys(manifest.sha256), ...ours].sort(), 'nothing else is there');
    for (const document of ['LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES']) t.ok(manifest.sha256[document], document);
    for (const [file, sha256] of Object.entries(manifest.sha256)) {
      const bytes = await readFile(join(folder, file));
      t.equal(createHash('sha256').update(bytes).digest('hex'), sha256, file);
    }
  });
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort();
}
