import type { LaunchContext } from '@lambda-bootstraps/core';

type Files = LaunchContext['host']['files'];

export interface NodeExecutable {
  readonly path: string;
  /** Undefined when it could not be told without running it. */
  readonly version: NodeVersion | undefined;
}

export interface NodeVersion {
  readonly major: number;
  readonly minor: number | undefined;
}

export interface NodeSearch {
  readonly files: Files;
  /** The Node that runs us, or undefined when none does. */
  readonly own: NodeExecutable | undefined;
  findExecutable(name: string): Promise<string | undefined>;
}

/** Where to look, nearest first: ourselves, `node22` on PATH, what a version manager installed, `node` on PATH. */
export async function findNode(search: NodeSearch, major: number): Promise<NodeExecutable | undefined> {
  if (search.own?.version?.major === major) return search.own;

  const named = await search.findExecutable(`node${major}`);
  if (named) return { path: named, version: versionInPath(named) ?? { major, minor: undefined } };

  const plain = await findAnyNode(search);
  if (plain?.version?.major === major) return plain;

  for (const known of [search.own, plain]) {
    const sibling = known && (await findSibling(search.files, known.path, major));
    if (sibling) return sibling;
  }
  return plain ?? search.own;
}

/** The `node` on PATH. */
export async function findAnyNode(search: NodeSearch): Promise<NodeExecutable | undefined> {
  const path = await search.findExecutable('node');
  return path === undefined ? undefined : inspect(search.files, path);
}

export function parseVersion(text: string): NodeVersion | undefined {
  const match = /^v?(\d+)\.(\d+)\./.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

async function inspect(files: Files, path: string): Promise<NodeExecutable> {
  return { path, version: versionInPath(path) ?? (await versionInHeaders(files, path)) };
}

/** `<versions>/v22.1.0/bin/node`: the layout of nvm, n, volta, asdf and mise; fnm puts `installation` in between. */
const managedPath = /^(.*[\\/])(v?)(\d+\.\d+\.\d+)((?:[\\/]installation)?(?:[\\/]bin)?[\\/]node(?:\.exe)?)$/;

function versionInPath(path: string): NodeVersion | undefined {
  return parseVersion(managedPath.exec(path)?.[3] ?? '');
}

/** Node's own archives, and the images made of them, have its headers beside it. */
async function versionInHeaders(files: Files, path: string): Promise<NodeVersion | undefined> {
  const header = path.replace(/[\\/]bin[\\/]node$/, '/include/node/node_version.h');
  if (header === path || !(await files.stat(header))) return undefined;
  const text = String.fromCharCode(...(await files.readStart(header, 4096)));
  const major = /NODE_MAJOR_VERSION (\d+)/.exec(text);
  const minor = /NODE_MINOR_VERSION (\d+)/.exec(text);
  return major ? { major: Number(major[1]), minor: minor ? Number(minor[1]) : undefined } : undefined;
}

async function findSibling(files: Files, path: string, major: number): Promise<NodeExecutable | undefined> {
  const [, versions, prefix, , rest] = managedPath.exec(path) ?? [];
  if (!versions) return undefined;
  const names = await files.list(versions.slice(0, -1));
  const candidates = names
    .map((name) => ({ name, version: name.startsWith(prefix!) ? parseVersion(`${name}.`) : undefined }))
    .filter((candidate) => candidate.version?.major === major)
    .sort((a, b) => compareVersions(b.name, a.name));
  for (const { name, version } of candidates) {
    const candidatePath = versions + name + rest;
    if ((await files.stat(candidatePath))?.executable) return { path: candidatePath, version };
  }
  return undefined;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.replace(/^v/, '').split('.').map(Number));
  return left![0]! - right![0]! || left![1]! - right![1]! || left![2]! - right![2]!;
}
