import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type FunctionSettings, fail } from '@lambda-bootstraps/core';

/**
 * Said here, and not by the first invocation.
 * @throws LambdaBootstrapsError ERR_NOT_A_DIRECTORY, naming the field
 */
export async function checkFolders({ taskDir, layers = [], extensionsDir }: Partial<FunctionSettings>): Promise<void> {
  await checkFolder('taskDir', taskDir);
  for (const [index, layer] of layers.entries()) await checkFolder(`layers[${index}]`, layer);
  await checkFolder('extensionsDir', extensionsDir);
}

async function checkFolder(field: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw fail('ERR_NOT_A_DIRECTORY', field, resolve(folder));
}
