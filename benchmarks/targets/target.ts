import type { BenchmarkFunction } from '../functions.ts';

/** Something to measure: what plays Lambda's side, or the least that it could cost. */
export interface Target {
  readonly name: TargetName;
  /** What an image would have to carry. */
  readonly files: readonly string[];
  /** The command that serves a function, or undefined if it cannot. */
  serve(fn: BenchmarkFunction, order: ServeOrder): Promise<Command | undefined>;
  /** The command that runs a function once, or undefined if it cannot. */
  execute(fn: BenchmarkFunction, event: string, freePort: number): Promise<Command | undefined>;
}

export type TargetName = 'RIE' | 'docker-lambda' | 'Node host' | 'executable' | 'floor';

export interface ServeOrder {
  readonly port: number;
  readonly runtimePort: number;
  /** The most execution environments at a time. */
  readonly environments: number;
}

export interface Command {
  readonly words: readonly [string, ...string[]];
  /** Beside PATH. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Those of this project have pools of environments, and say when they are ready. */
export const isOwn = ({ name }: Target): boolean => name === 'Node host' || name === 'executable';

export const isPeer = ({ name }: Target): boolean => name === 'RIE' || name === 'docker-lambda';
