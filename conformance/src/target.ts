import type { Host, Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';
import type { Behaviour } from './conformance-case.ts';

/** A runtime by a transport on a host, with a function for each behaviour. */
export interface Target {
  readonly name: string;
  readonly host: Host;
  readonly launcher: Launcher;
  readonly runtime: RuntimeDefinition;
  readonly runtimeName: string;
  readonly taskRoot: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The handler that has the behaviour, or why there is none. */
  handlerOf(behaviour: Behaviour): { readonly handler: string } | { readonly skip: string };
  /** Cases that this target cannot meet, with the reason. */
  readonly skips: Readonly<Record<string, string>>;
  /** Whether the whole target is skipped here, and why. */
  readonly missing?: string | undefined;
}
