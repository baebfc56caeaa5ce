import { type Files, LaunchFailure } from '@lambda-bootstraps/core';

export interface FunctionFolder {
  readonly files: Files;
  readonly taskRoot: string;
  readonly handler: string;
  /** LAMBDA_DOTNET_MAIN_ASSEMBLY: the assembly that the function's files are named for, if it is not the handler's. */
  readonly mainAssembly: string | undefined;
}

/**
 * What is to be started. Source: bootstrap.sh of Amazon.Lambda.RuntimeSupport.
 * - `client`: the handler is `Assembly::Namespace.Type::Method`, which the client in the image loads;
 * - `assembly`: the handler is an assembly with an entry point, which has the client in it;
 * - `program`: the same as an executable, which needs no .NET.
 */
export type Start =
  | { readonly kind: 'client'; readonly depsFile: string; readonly runtimeConfigFile: string }
  | { readonly kind: 'assembly'; readonly path: string }
  | { readonly kind: 'program'; readonly path: string };

/** @throws LaunchFailure when the function's folder has not what the handler names. */
export async function startOf(folder: FunctionFolder): Promise<Start> {
  const { handler, mainAssembly } = folder;
  if (!handler.includes(':')) return executableOf(folder);
  const assembly = withoutExtension(mainAssembly || assemblyOf(handler));
  return {
    kind: 'client',
    depsFile: await fileOf(folder, assembly, '.deps.json'),
    runtimeConfigFile: await fileOf(folder, assembly, '.runtimeconfig.json'),
  };
}

/** The part of a handler that names the assembly. */
export const assemblyOf = (handler: string): string => withoutExtension(handler.split(':')[0]!);

const withoutExtension = (name: string): string => name.replace(/\.dll$/, '');

async function executableOf({ files, taskRoot, handler }: FunctionFolder): Promise<Start> {
  const program = `${taskRoot}/${handler}`;
  const assembly = program.endsWith('.dll') ? program : `${program}.dll`;
  if ((await files.stat(assembly))?.kind === 'file') return { kind: 'assembly', path: assembly };
  if ((await files.stat(program))?.kind === 'file') return { kind: 'program', path: program };
  throw new LaunchFailure(`executable assembly ${assembly} or binary ${program} not found`);
}

/** The assembly's own file, or the only one of this kind. */
async function fileOf({ files, taskRoot }: FunctionFolder, assembly: string, extension: string): Promise<string> {
  const own = `${taskRoot}/${assembly}${extension}`;
  if ((await files.stat(own))?.kind === 'file') return own;
  const others = (await files.list(taskRoot)).filter((name) => name.endsWith(extension));
  if (others.length === 1) return `${taskRoot}/${others[0]}`;
  throw new LaunchFailure(`${own} not found, and ${others.length} other files end like it`);
}
