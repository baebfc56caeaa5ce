import { access, constants, open, readdir, readFile, stat } from 'node:fs/promises';
import type { Files } from '@lambda-bootstraps/core';

export const nodeFiles: Files = {
  read: (path) => readFile(path),

  async readStart(path, bytes) {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },

  async stat(path) {
    const facts = await stat(path).catch(() => undefined);
    if (!facts) return undefined;
    const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other';
    return { kind, executable: kind === 'file' && (await isExecutable(path)) };
  },

  list: (path) => readdir(path).catch(() => []),

  async append(path, bytes) {
    const file = await open(path, constants.O_APPEND | constants.O_WRONLY);
    try {
      await file.write(bytes);
    } finally {
      await file.close();
    }
  },

  async watch(folders, onChange) {
    // Loaded by those who watch, and no others.
    const { watch } = await import('chokidar');
    const watcher = watch([...folders], { ignoreInitial: true });
    watcher.on('all', () => onChange());
    // A folder that vanishes, or a limit of the system: what can be watched is watched.
    watcher.on('error', () => undefined);
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
    return { close: () => watcher.close() };
  },
};

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
