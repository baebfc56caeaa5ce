import type { GuessContext } from '@lambda-bootstraps/core';

/** TypeScript makes a folder Node's too; a door may make JavaScript of it. */
const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/**
 * Whether the function's folder has the module that a handler names: `src/app.nested.handler` is in `src/app.js`.
 * The module's name ends at the first dot, as the runtime interface client cuts it.
 */
export async function hasHandlerModule(context: GuessContext, handler: string): Promise<boolean> {
  const nameStart = handler.lastIndexOf('/') + 1;
  const dot = handler.indexOf('.', nameStart);
  if (dot < 0) return false;
  const modulePath = `${context.taskRoot}/${handler.slice(0, dot)}`;
  for (const extension of extensions) {
    if ((await context.host.files.stat(modulePath + extension))?.kind === 'file') return true;
  }
  return false;
}
