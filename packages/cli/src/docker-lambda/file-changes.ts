import type { Timer } from '@lambda-bootstraps/core';
import type { Program } from '../program.ts';

/** Editors and builds write a file in several steps, and several files at a time: that is one change. */
const quietMs = 100;

/** Calls back once after each burst of changes below the folders. */
export async function onFileChange(program: Program, folders: readonly string[], callback: () => void): Promise<void> {
  const { clock, files } = program.host;
  let timer: Timer | undefined;
  await files.watch(folders, () => {
    timer?.cancel();
    timer = clock.timer(quietMs, callback);
  });
}
