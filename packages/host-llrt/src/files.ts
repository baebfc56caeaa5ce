import type { Files } from '@lambda-bootstraps/core';
import { native } from './native.ts';

export const llrtFiles: Files = {
  read: async (path) => native.read(path),
  readStart: async (path, bytes) => native.readStart(path, bytes),
  stat: async (path) => native.stat(path),
  list: async (path) => native.list(path),
};
