import type { Files } from '@lambda-bootstraps/core';

/** The N of Python 3.N, or undefined when it could not be told. Nothing is run for it: that takes longer than a start. */
export type Minor = number | undefined;

/**
 * By the executable's own name, the folder of the version manager that installed it, the virtual environment that it
 * belongs to, or the only other name that it has beside it.
 */
export async function versionOf(files: Files, path: string): Promise<Minor> {
  return minorInPath(path) ?? (await versionOfEnvironment(files, upTwo(path))) ?? (await minorBeside(files, path));
}

/** The version that a virtual environment's pyvenv.cfg tells (`version` by venv, `version_info` by virtualenv and uv). */
export async function versionOfEnvironment(files: Files, folder: string): Promise<Minor> {
  const text = await readText(files, `${folder}/pyvenv.cfg`);
  return toMinor(/^version(?:_info)?\s*=\s*3\.(\d+)/m.exec(text)?.[1]);
}

/** The start of a small text file, or '' when there is none. */
export async function readText(files: Files, path: string): Promise<string> {
  if ((await files.stat(path))?.kind !== 'file') return '';
  return String.fromCharCode(...(await files.readStart(path, 4096)));
}

/** `<versions>/3.11.7/bin/python3` and uv's `<versions>/cpython-3.11.7-linux-x86_64-gnu/bin/python3`. */
export const managedPath = /^(.*[\\/])((?:cpython-)?3\.(\d+)\.\d+[^\\/]*)([\\/](?:bin[\\/])?python[^\\/]*)$/;

function minorInPath(path: string): Minor {
  return toMinor(/python3\.(\d+)(?:\.exe)?$/.exec(path)?.[1] ?? managedPath.exec(path)?.[3]);
}

async function minorBeside(files: Files, path: string): Promise<Minor> {
  const folder = path.replace(/[\\/][^\\/]+$/, '');
  const names = (await files.list(folder)).flatMap((name) => /^python3\.(\d+)$/.exec(name)?.[1] ?? []);
  return names.length === 1 ? toMinor(names[0]) : undefined;
}

const upTwo = (path: string): string => path.replace(/[\\/][^\\/]+[\\/][^\\/]+$/, '');
const toMinor = (digits: string | undefined): Minor => (digits === undefined ? undefined : Number(digits));
