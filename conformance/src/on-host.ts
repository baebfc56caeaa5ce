import type { Host, Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';
import { families } from 'lambda-bootstraps/registry';
import type { Target } from './target.ts';

/** A host, and what the suite needs to know of the machine that it is on. */
export interface Machine {
  /** For example `Node`. */
  readonly hostName: string;
  readonly host: Host;
  readonly launcher: Launcher;
  /** The checkout. */
  readonly root: string;
  /** What functions find programs by. */
  readonly searchPath: string;
  /** The Node.js of the test. */
  readonly interpreter: { readonly executable: string; readonly version: string };
  findExecutable(name: string): Promise<string | undefined>;
}

/** The definition that the program would use for this target, with the files of the checkout. */
export function definitionFor({ family }: Pick<Target, 'family'>, { root, interpreter }: Machine): RuntimeDefinition {
  const known = families.find(({ folder }) => folder === family);
  if (!known) throw new Error(`no folder runtimes/${family} is in the registry`);
  return known.createRuntime({ assetsRoot: `${root}/runtimes/${family}/dist`, interpreter });
}
