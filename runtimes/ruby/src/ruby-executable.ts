import type { Files } from '@lambda-bootstraps/core';

export interface RubyExecutable {
  readonly path: string;
  /** Undefined when it could not be told without running it. */
  readonly version: RubyVersion | undefined;
}

/** For example 3 and 4: what is compiled for one 3.4 runs on every 3.4. */
export type RubyVersion = readonly [major: number, minor: number];

export interface RubySearch {
  readonly files: Files;
  /** Looks an executable up on the caller's PATH, or undefined. */
  findExecutable(name: string): Promise<string | undefined>;
}

/** Where to look, nearest first: `ruby3.4` on PATH, the `ruby` there, what its version manager has besides it. */
export async function findRuby(search: RubySearch, version: RubyVersion): Promise<RubyExecutable | undefined> {
  const named = await search.findExecutable(`ruby${version.join('.')}`);
  if (named) return { path: named, version };

  const plain = await findAnyRuby(search);
  if (!plain || sameVersion(plain.version, version)) return plain;
  return (await findManaged(search.files, plain.path, version)) ?? plain;
}

/** The `ruby` on PATH. */
export async function findAnyRuby({ files, findExecutable }: RubySearch): Promise<RubyExecutable | undefined> {
  const path = await findExecutable('ruby');
  return path === undefined ? undefined : { path, version: await versionBeside(files, path) };
}

export const sameVersion = (one: RubyVersion | undefined, other: RubyVersion): boolean =>
  one?.[0] === other[0] && one[1] === other[1];

/** A Ruby has its library beside it: `lib/ruby/3.4.0` for `bin/ruby`. */
async function versionBeside(files: Files, path: string): Promise<RubyVersion | undefined> {
  const library = path.replace(/[\\/]bin[\\/]ruby(\.exe)?$/, '/lib/ruby');
  if (library === path) return undefined;
  const versions = (await files.list(library)).map(parseVersion).filter((version) => version !== undefined);
  return versions.length === 1 ? versions[0] : undefined;
}

function parseVersion(text: string): RubyVersion | undefined {
  const match = /^(?:ruby-)?(\d+)\.(\d+)\.\d+/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** `…/versions/3.4.1/bin/ruby`: the layout of rbenv, asdf and mise; chruby and RVM put `ruby-` before the number. */
const managedPath = /^(.*)\/(?:ruby-)?\d+\.\d+\.\d+[^/]*\/bin\/ruby$/;
/** rbenv, asdf and mise put a script on PATH that starts the one which the folder asks for. */
const shimPath = /^(.*)\/shims\/ruby$/;

async function findManaged(files: Files, path: string, version: RubyVersion): Promise<RubyExecutable | undefined> {
  for (const folder of managedFolders(path)) {
    const names = (await files.list(folder)).filter((name) => sameVersion(parseVersion(name), version));
    for (const name of names.sort(byPatchLevel)) {
      const candidate = `${folder}/${name}/bin/ruby`;
      if ((await files.stat(candidate))?.executable) return { path: candidate, version };
    }
  }
  return undefined;
}

function managedFolders(path: string): readonly string[] {
  const [, folder] = managedPath.exec(path) ?? [];
  if (folder !== undefined) return [folder];
  const [, manager] = shimPath.exec(path) ?? [];
  return manager === undefined ? [] : [`${manager}/versions`, `${manager}/installs/ruby`];
}

/** The newest first. */
const byPatchLevel = (one: string, other: string): number => patchLevel(other) - patchLevel(one);
const patchLevel = (name: string): number => Number(/^(?:ruby-)?\d+\.\d+\.(\d+)/.exec(name)?.[1]);
