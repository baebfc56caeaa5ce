import { native } from './native.ts';

/** The first executable of that name on the caller's PATH, or undefined. */
export const findExecutable = async (name: string): Promise<string | undefined> => findExecutableNow(name);

export function findExecutableNow(name: string): string | undefined {
  const folders = (native.environment.PATH ?? '').split(':').filter(Boolean);
  return folders.map((folder) => `${folder}/${name}`).find((path) => native.stat(path)?.executable);
}
