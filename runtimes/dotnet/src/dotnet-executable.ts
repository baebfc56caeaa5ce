import type { Files } from '@lambda-bootstraps/core';

export interface Dotnet {
  readonly path: string;
  /** The folder of it and of the frameworks beside it; undefined where they lie elsewhere. */
  readonly root: string | undefined;
  /** What its newest framework that fits has, for example 8; undefined when it cannot be told without running it. */
  readonly major: number | undefined;
}

export interface DotnetSearch {
  readonly files: Files;
  /** The caller's or the function's DOTNET_ROOT. */
  readonly root: string | undefined;
  /** Looks an executable up on the caller's PATH, or undefined. */
  findExecutable(name: string): Promise<string | undefined>;
}

/** Lambda's image first, then where Microsoft's and the distributions' packages put it. */
const imageRoot = '/var/lang/bin';
const usualRoots = ['/usr/share/dotnet', '/usr/lib/dotnet', '/usr/lib64/dotnet', '/usr/local/share/dotnet'];

export const placesOfDotnet = `DOTNET_ROOT, ${imageRoot}, PATH, ${usualRoots.join(', ')}`;

/**
 * The `dotnet` for a major version: the first that has it, or else the first that has the next newer one, or else any.
 */
export async function findDotnet(search: DotnetSearch, asked: number): Promise<Dotnet | undefined> {
  const installed = await findAll(search);
  const nearest = installed
    .flatMap(({ path, root, majors }) => majors.map((major) => ({ path, root, major })))
    .filter(({ major }) => major >= asked)
    .sort((one, other) => one.major - other.major)[0];
  if (nearest) return nearest;
  const unknown = installed.find(({ majors }) => majors.length === 0) ?? installed[0];
  return unknown && { path: unknown.path, root: unknown.root, major: unknown.majors[0] };
}

interface Installed {
  readonly path: string;
  readonly root: string | undefined;
  /** The newest first. */
  readonly majors: readonly number[];
}

async function findAll({ files, root, findExecutable }: DotnetSearch): Promise<readonly Installed[]> {
  const onPath = await findExecutable('dotnet');
  const roots = [...(root ? [root] : []), imageRoot];
  const paths = [...roots.map(executableIn), ...(onPath ? [onPath] : []), ...usualRoots.map(executableIn)];
  const installed: Installed[] = [];
  for (const path of new Set(paths)) {
    if (path !== onPath && !(await files.stat(path))?.executable) continue;
    const folder = path.replace(/[\\/][^\\/]+$/, '');
    const names = await files.list(`${folder}/shared/Microsoft.NETCore.App`);
    const majors = [...new Set(names.map((name) => Number.parseInt(name, 10)).filter(Number.isInteger))];
    // On PATH is often a link to the real one, whose frameworks are not beside the link.
    installed.push({ path, root: majors.length > 0 ? folder : undefined, majors: majors.sort((a, b) => b - a) });
  }
  return installed;
}

const executableIn = (folder: string): string => `${folder.replace(/[\\/]$/, '')}/dotnet`;
