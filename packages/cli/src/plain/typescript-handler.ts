import { fail } from '@lambda-bootstraps/core';
import type { Program } from '../program.ts';

/**
 * The handler to run: the given one, or its stand-in in JavaScript when its module is TypeScript alone.
 * @throws LambdaBootstrapsError ERR_TYPESCRIPT
 */
export async function javaScriptHandler(program: Program, taskRoot: string, handler: string): Promise<string> {
  const dot = handler.indexOf('.', handler.lastIndexOf('/') + 1);
  if (dot < 0) return handler;
  const module = `${taskRoot}/${handler.slice(0, dot)}`;
  const isThere = async (extension: string) => (await program.host.files.stat(module + extension))?.kind === 'file';
  const first = async (extensions: readonly string[]): Promise<string | undefined> => {
    for (const extension of extensions) if (await isThere(extension)) return extension;
    return undefined;
  };
  if (await first(['.js', '.mjs', '.cjs'])) return handler;
  const extension = await first(['.ts', '.mts', '.cts']);
  if (extension === undefined) return handler;
  if (!program.compileTypeScript)
    throw fail('ERR_TYPESCRIPT', module + extension, 'only the program on Node.js compiles it');
  return (await program.compileTypeScript(module + extension, taskRoot)) + handler.slice(dot);
}
