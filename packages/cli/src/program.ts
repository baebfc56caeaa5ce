import type { Host, Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';

/** What the doors need of the program they run in, so that they run on any host. */
export interface Program {
  /** The name it was called by, without its folder. */
  readonly calledAs: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly version: string;
  readonly host: Host;
  readonly launcher: Launcher;
  /** How many processors there are for us. */
  readonly processors: number;
  readonly runtimes: readonly RuntimeDefinition[];
  findExecutable(name: string): Promise<string | undefined>;
  /** Writes at once and loses nothing. */
  write(stream: 'stdout' | 'stderr', content: Uint8Array | string): void;
  /** Once the result is written: the exit code that says it was lost, if it was. Not on every host. */
  resultLost?(): Promise<number | undefined>;
  readStdin(): Promise<Uint8Array>;
  /** Makes JavaScript of a module; gives its path below the folder, without extension. Not on every host. */
  compileTypeScript?(source: string, taskRoot: string): Promise<string>;
  onSignal(callback: (signal: TerminationSignal) => void): void;
  /** SIGHUP, which ends the program unless somebody listens. */
  onReload(callback: () => void): void;
}

export type TerminationSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT';

/** Exit codes, the same in every door but where its users read another one. */
export const exitCodes = {
  success: 0,
  functionError: 1,
  usage: 2,
  /** A defect of ours. */
  internal: 70,
  /** The result could not be written: a full disk, say. */
  outputLost: 74,
  /** The result's reader had gone, as a shell reports SIGPIPE. */
  readerGone: 141,
  /** Ended by a signal: 128 and its number. */
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
} as const;
