import type { Files } from '../host.ts';

export interface ExtensionFile {
  /** The file's name, by which the extension registers. */
  readonly name: string;
  readonly path: string;
}

/** The external extensions of the layers: what lies in `extensions`, an upper layer's file hiding a lower one's. */
export async function findExtensions(files: Files, layers: readonly string[]): Promise<readonly ExtensionFile[]> {
  const found = new Map<string, string>();
  for (const layer of layers) {
    const folder = `${layer}/extensions`;
    for (const name of await files.list(folder)) {
      const path = `${folder}/${name}`;
      if ((await files.stat(path))?.kind === 'file') found.set(name, path);
    }
  }
  return [...found].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
