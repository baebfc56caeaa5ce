import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { thirdPartyNotices } from '../../tooling/third-party.mjs';

/** What the page may weigh, in bytes of gzip: it is to be there at once. */
const limits = { 'inspector.js': 25_000, 'inspector.css': 5_000 };

/**
 * The page's files, complete in one folder.
 * @param {string} folder
 * @returns {Promise<{ name: string, bytes: number, gzipBytes: number, limit: number }[]>} the sizes that are held
 */
export const buildPage = async (folder) => {
  await mkdir(folder, { recursive: true });
  const sources = fileURLToPath(new URL('src/page', import.meta.url));
  const { metafile } = await build({
    entryPoints: { inspector: join(sources, 'main.tsx') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // The first of each that know light-dark() of the style sheet.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    metafile: true,
    logLevel: 'warning',
  });
  await build({
    entryPoints: { inspector: join(sources, 'style.css') },
    outdir: folder,
    minify: true,
    logLevel: 'warning',
  });
  await copyFile(join(sources, 'index.html'), join(folder, 'index.html'));
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices('The inspector', metafile));
  return Promise.all(Object.entries(limits).map(([name, limit]) => measure(folder, name, limit)));
};

/**
 * @param {string} folder
 * @param {string} name
 * @param {number} limit
 */
const measure = async (folder, name, limit) => {
  const bytes = await readFile(join(folder, name));
  const gzipBytes = gzipSync(bytes, { level: 9 }).length;
  if (gzipBytes > limit) throw new Error(`${name} has ${gzipBytes} bytes with gzip, and may have ${limit}`);
  return { name, bytes: bytes.length, gzipBytes, limit };
};
