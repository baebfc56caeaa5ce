import type { Files, InvocationInput, LifecycleEvent } from '@lambda-bootstraps/core';
import type { Test } from 'tap';

/** What a function does. Each target has one of its own for every behaviour that it can have. */
export type Behaviour = (typeof behaviours)[number];

export const behaviours = [
  'echo',
  'throws',
  'exit42',
  'exit0',
  'sigkill',
  'loop',
  'loopOnce',
  'context',
  'environment',
  'writes',
  'sevenMegabytes',
  'counts',
  'child',
  'streams',
  'streamsThenFails',
  'initThrows',
  'initExits',
  'twice',
  'wrongId',
  'diesAfterReply',
  'halfThenHangs',
  'halfThenExits',
  'errorThenHangs',
] as const;

export interface ConformanceCase {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly function?: FunctionOptions;
  /** Runs against one function of one target; assertions go to `t`. */
  check(t: Test, run: Run): Promise<void>;
}

export interface FunctionOptions {
  /** Folders of conformance/fixtures/layers. */
  readonly layers?: readonly string[];
  readonly timeoutMs?: number;
  readonly memorySizeMb?: number;
  readonly functionName?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A function that can be invoked, and everything that was heard of it. */
export interface Run {
  /** What the machine's files are read by, on any host. */
  readonly files: Files;
  invoke(event: string | Uint8Array, context?: Omit<InvocationInput, 'payload'>): Promise<Answer>;
  readonly events: readonly LifecycleEvent[];
  /** Ends the environments. */
  close(): Promise<void>;
  /** The log so far, as the text format writes it. */
  log(): string;
}

export interface Answer {
  readonly requestId: string;
  readonly text: string;
  readonly functionError: string | undefined;
  /** Milliseconds from the call to the answer. */
  readonly tookMs: number;
}
