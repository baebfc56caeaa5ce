import type { FunctionConfig } from '../function/function-config.ts';
import type { Files } from '../host.ts';

export interface ExtensionFile {
  /** The file's name, by which the extension registers. */
  readonly name: string;
  readonly path: string;
}

/**
 * The external extensions of the layers, which lie in `extensions`, an upper layer's file hiding a lower one's; above all
 * are those of a folder that was named.
 */
export async function findExtensions(
  files: Files,
  { layers, extensionsDir }: Pick<FunctionConfig, 'layers' | 'extensionsDir'>,
): Promise<readonly ExtensionFile[]> {
  const found = new Map<string, string>();
  const folders = layers.map((layer) => `${layer}/extensions`);
  for (const folder of extensionsDir === undefined ? folders : [...folders, extensionsDir]) {
    for (const name of await files.list(folder)) {
      const path = `${folder}/${name}`;
      if ((await files.stat(path))?.kind === 'file') found.set(name, path);
    }
  }
  return [...found].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
