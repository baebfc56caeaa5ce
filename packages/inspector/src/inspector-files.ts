import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface InspectorFile {
  /** The value of Content-Type. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The page's files by their paths below the folder where it is served: `index.html`, and what that asks for. The page finds
 * the control API at `v1/` below the same folder.
 * @throws Error ENOENT where the page has not been built
 */
export async function inspectorFiles(): Promise<ReadonlyMap<string, InspectorFile>> {
  const folder = pageFolder();
  const files = new Map<string, InspectorFile>();
  for (const name of (await readdir(folder)).sort()) {
    const contentType = contentTypes[extname(name)];
    if (contentType !== undefined) files.set(name, { contentType, bytes: await readFile(new URL(name, folder)) });
  }
  return files;
}

/** In this package, wherever this code has been bundled into; else beside the program that carries it alone. */
function pageFolder(): URL {
  try {
    const manifest = createRequire(import.meta.url).resolve('@lambda-bootstraps/inspector/package.json');
    return new URL('dist/site/', pathToFileURL(manifest));
  } catch {
    return new URL('site/', import.meta.url);
  }
}
