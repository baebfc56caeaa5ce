import type { GuessContext } from '@lambda-bootstraps/core';
import { jarsIn } from './class-path.ts';

/** `example.Handler`, `example.Handler::handleRequest`; a class within a class has a `$`. */
const handlerShape = /^(?:[\p{L}\w$]+\.)*\p{Lu}[\p{L}\w$]*(?:::[\p{L}\w$]+)?$/u;
const buildFiles = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

/** Whether the handler is named as in Java, and the function's folder has its class, jars, or a Java build. */
export async function hasHandlerClass({ host: { files }, taskRoot }: GuessContext, handler: string): Promise<boolean> {
  if (!handlerShape.test(handler)) return false;
  const className = handler.split('::')[0]!.replaceAll('.', '/');
  for (const file of [`${className}.class`, ...buildFiles]) {
    if ((await files.stat(`${taskRoot}/${file}`))?.kind === 'file') return true;
  }
  return (await jarsIn(files, `${taskRoot}/lib`)).length > 0;
}
