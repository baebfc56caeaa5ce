import type { Files } from '@lambda-bootstraps/core';
import { native } from './native.ts';

export const llrtFiles: Files = {
  read: async (path) => native.read(path),
  readStart: async (path, bytes) => native.readStart(path, bytes),
  stat: async (path) => native.stat(path),
  list: async (path) => native.list(path),
  append: async (path, bytes) => native.append(path, bytes),
  async watch(folders, onChange) {
    const watcher = native.watch(folders, onChange);
    return { close: async () => watcher.close() };
  },
};
