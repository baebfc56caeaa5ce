import { delimiter, join } from 'node:path';
import { nodeFiles } from './files.ts';

/** The first executable of that name on the caller's PATH, or undefined. */
export async function findExecutable(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, name);
    const found = await nodeFiles.stat(path);
    if (found?.kind === 'file' && found.executable) return path;
  }
  return undefined;
}
