import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const clients = fileURLToPath(new URL('../dist/ric', import.meta.url));
const pinned: Record<string, { version: string; sha256: Record<string, string> }> = JSON.parse(
  await readFile(new URL('../ric-versions.json', import.meta.url), 'utf8'),
);

for (const [major, { version, sha256 }] of Object.entries(pinned)) {
  const folder = join(clients, major);
  const skip = existsSync(folder) ? false : 'needs aws-lambda-ric: a build where `gem fetch` finds it';
  t.test(`aws_lambda_ric ${version} is as it is pinned`, { skip }, async (t) => {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const names = files.map((file) => relative(folder, file).replaceAll('\\', '/'));
    t.strictSame(names.sort(), [...Object.keys(sha256), 'manifest.json'].sort(), 'nothing else is there');
    for (const document of ['LICENSE', 'NOTICE']) t.ok(sha256[document], document);
    for (const [file, hash] of Object.entries(sha256)) {
      const bytes = await readFile(join(folder, file));
      t.equal(createHash('sha256').update(bytes).digest('hex'), hash, file);
    }
  });
}
