import type { Files } from '@lambda-bootstraps/core';
import { type Minor, managedPath, readText, versionOf, versionOfEnvironment } from './python-version.ts';

export interface Python {
  readonly path: string;
  readonly minor: Minor;
}

export interface PythonSearch {
  readonly files: Files;
  readonly taskRoot: string;
  /** VIRTUAL_ENV, where it is known. One that is active is first on PATH as well. */
  readonly activeEnvironment?: string | undefined;
  findExecutable(name: string): Promise<string | undefined>;
}

/**
 * Where to look for Python 3.N, nearest first: the function's virtual environments, `python3.N` on PATH, `python3` there,
 * what a version manager installed. A Python of another version is given where all of that fails.
 */
export async function findPython(search: PythonSearch, minor: number): Promise<Python | undefined> {
  const environments = await virtualEnvironments(search);
  const own = environments.find((one) => one.minor === minor);
  if (own) return own;

  const named = await search.findExecutable(`python3.${minor}`);
  if (named && !isShim(named)) return { path: named, minor };

  const plain = await findPlain(search);
  if (plain?.minor === minor) return plain;

  for (const folder of await managerFolders(search, [named, plain?.path])) {
    const installed = await newestIn(search.files, folder, (one) => one === minor);
    if (installed) return installed;
  }
  return environments[0] ?? plain;
}

/** The Python that the function would get if it asked for none. */
export async function findAnyPython(search: PythonSearch): Promise<Python | undefined> {
  const [own] = await virtualEnvironments(search);
  return own ?? findPlain(search);
}

async function virtualEnvironments({ files, taskRoot, activeEnvironment }: PythonSearch): Promise<readonly Python[]> {
  const folders = [...(activeEnvironment ? [activeEnvironment] : []), `${taskRoot}/.venv`];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const minor = await versionOfEnvironment(files, folder);
      const path = minor === undefined ? undefined : await executableIn(files, folder, ['python', 'python3']);
      return path === undefined ? [] : [{ path, minor }];
    }),
  );
  return found.flat();
}

/** `python3` on PATH, or `python`. */
async function findPlain(search: PythonSearch): Promise<Python | undefined> {
  for (const name of ['python3', 'python', 'python.exe']) {
    const path = await search.findExecutable(name);
    if (path === undefined) continue;
    if (isShim(path)) return behindShim(search, path);
    return { path, minor: await versionOf(search.files, path) };
  }
  return undefined;
}

/** A shim of pyenv, asdf or mise: a script that finds out which Python is meant, and takes its time for it. */
const shim = /^(.*)[\\/]shims[\\/][^\\/]+$/;
const isShim = (path: string): boolean => shim.test(path);

/** The Python that a shim would run, as far as pyenv's files tell; else the shim itself. */
async function behindShim({ files, taskRoot }: PythonSearch, path: string): Promise<Python> {
  const root = shim.exec(path)![1]!;
  for (const file of [`${taskRoot}/.python-version`, `${root}/version`]) {
    const [, minor, patch] = /^\s*3\.(\d+)(\.\d+)?\s/.exec(`${await readText(files, file)}\n`) ?? [];
    if (minor === undefined) continue;
    const isMeant = (one: number, name: string) => one === Number(minor) && (!patch || name === `3.${minor}${patch}`);
    const meant = await newestIn(files, `${root}/versions`, isMeant);
    if (meant) return meant;
  }
  return { path, minor: undefined };
}

/** The folders in which version managers that can be seen from here keep a folder for every Python. */
async function managerFolders(search: PythonSearch, found: readonly (string | undefined)[]): Promise<Set<string>> {
  const [pyenv, uv] = await Promise.all(['pyenv', 'uv'].map((name) => search.findExecutable(name)));
  const folders = found.flatMap((path = '') => {
    const root = shim.exec(path)?.[1];
    const managed = managedPath.exec(path)?.[1];
    return [
      ...(root ? [`${root}/versions`, `${root}/installs/python`] : []),
      ...(managed ? [managed.slice(0, -1)] : []),
    ];
  });
  const pyenvRoot = /^(.*)[\\/]bin[\\/]pyenv$/.exec(pyenv ?? '')?.[1];
  const uvHome = /^(.*)[\\/]\.(?:local|cargo)[\\/]bin[\\/]uv$/.exec(uv ?? '')?.[1];
  if (pyenvRoot) folders.push(`${pyenvRoot}/versions`);
  if (uvHome) folders.push(`${uvHome}/.local/share/uv/python`);
  return new Set(folders);
}

/** `3.11.7` is pyenv's, asdf's and mise's name for it, `cpython-3.11.7-linux-x86_64-gnu` uv's. */
const installedName = /^(?:cpython-)?3\.(\d+)\.(\d+)(?:-.*)?$/;

async function newestIn(
  files: Files,
  folder: string,
  isMeant: (minor: number, name: string) => boolean,
): Promise<Python | undefined> {
  const candidates = (await files.list(folder))
    .map((name) => ({ name, version: installedName.exec(name) }))
    .filter(({ name, version }) => version && isMeant(Number(version[1]), name))
    .sort((a, b) => Number(b.version![2]) - Number(a.version![2]));
  for (const { name, version } of candidates) {
    const minor = Number(version![1]);
    const path = await executableIn(files, `${folder}/${name}`, [`python3.${minor}`, 'python3', 'python']);
    if (path) return { path, minor };
  }
  return undefined;
}

/** On Windows they are in `Scripts`, or in the folder itself. */
async function executableIn(files: Files, folder: string, names: readonly string[]): Promise<string | undefined> {
  const paths = [
    ...names.map((name) => `${folder}/bin/${name}`),
    `${folder}/Scripts/python.exe`,
    `${folder}/python.exe`,
  ];
  for (const path of paths) if ((await files.stat(path))?.executable) return path;
  return undefined;
}
