import { type Behaviour, behaviours } from './conformance-case.ts';

/**
 * A runtime by a transport, with a function for each behaviour. Plain data: a family describes its targets on Node.js, and
 * the suite on the other host gets them as JSON.
 */
export interface Target {
  /** For example `nodejs by frames`; the host's name is added. */
  readonly name: string;
  /** The family's folder under runtimes/. */
  readonly family: string;
  readonly runtimeName: string;
  readonly taskRoot: string;
  /** Variables that the runtime finds besides those of the machine. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The handler that has a behaviour, or why there is none. */
  readonly handlers: Readonly<Record<Behaviour, string | { readonly skip: string }>>;
  /** Cases that this target cannot meet, by their names, with the reason. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** A family's targets on this machine, or why they cannot be run here. */
export type TargetSource = () => Promise<readonly (Target | MissingTarget)[]>;

export interface MissingTarget {
  readonly name: string;
  /** A reason as tooling/needs.mjs gives it. */
  readonly missing: string;
}

export const speaksForItself = {
  skip: 'the official client speaks to the Runtime API; a function cannot make it misbehave',
};

/** What no function can do whose official client speaks to the Runtime API for it. */
export const misbehaviours = {
  twice: speaksForItself,
  wrongId: speaksForItself,
  halfThenHangs: speaksForItself,
  halfThenExits: speaksForItself,
  errorThenHangs: speaksForItself,
} satisfies Partial<Target['handlers']>;

/**
 * Handlers for every behaviour by one rule, with the exceptions to it.
 * @param rule for example `(behaviour) => \`index.${behaviour}\``
 */
export function handlersBy(
  rule: (behaviour: Behaviour) => string,
  exceptions: Partial<Target['handlers']> = {},
): Target['handlers'] {
  const byRule = Object.fromEntries(behaviours.map((behaviour) => [behaviour, rule(behaviour)]));
  return { ...(byRule as Record<Behaviour, string>), ...exceptions };
}
