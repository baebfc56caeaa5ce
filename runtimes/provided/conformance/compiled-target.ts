import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { handlersBy, type Target } from '../../../conformance/src/target.ts';

/** Where compiled functions are kept from one run to the next. */
export const cache = fileURLToPath(new URL('../../../.cache/compiled', import.meta.url));

export const run = promisify(execFile);

export async function output(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args)).stdout.trim();
}

/** A bootstrap that reads from its handler's name how to behave. */
export const compiledTarget = (name: string, taskRoot: string, exceptions: Partial<Target['handlers']>): Target => ({
  name,
  family: 'provided',
  runtimeName: 'provided.al2023',
  taskRoot,
  handlers: handlersBy((behaviour) => behaviour, exceptions),
});

/** Why the toolchain here cannot build a fixture, or false. The wanted version is what the fixture's manifest says. */
export async function olderThan(
  [major, minor]: readonly [number, number],
  language: string,
  [command, ...args]: readonly [string, ...string[]],
): Promise<string | false> {
  const words = await output(command, ...args);
  const [, hasMajor, hasMinor] = /(\d+)\.(\d+)/.exec(words) ?? [];
  const enough = Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
  return enough ? false : `needs ${language} ${major}.${minor} or newer; here is ${words}`;
}
