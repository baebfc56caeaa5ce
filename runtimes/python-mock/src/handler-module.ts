import type { GuessContext } from '@lambda-bootstraps/core';

/**
 * Whether the function's folder has the module that a handler names: `src/app.handler` and `src.app.handler` are in
 * `src/app.py`, or in the package `src/app`. The function's name begins at the last dot, as the client cuts it.
 */
export async function hasHandlerModule({ host, taskRoot }: GuessContext, handler: string): Promise<boolean> {
  const dot = handler.lastIndexOf('.');
  if (dot < 0) return false;
  const modulePath = `${taskRoot}/${handler.slice(0, dot).replaceAll('.', '/')}`;
  for (const path of [`${modulePath}.py`, `${modulePath}/__init__.py`]) {
    if ((await host.files.stat(path))?.kind === 'file') return true;
  }
  return false;
}
