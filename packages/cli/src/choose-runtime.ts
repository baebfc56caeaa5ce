import { fail, type RuntimeDefinition } from '@lambda-bootstraps/core';
import { editDistance } from './edit-distance.ts';
import type { Program } from './program.ts';

export interface ChosenRuntime {
  readonly name: string;
  readonly definition: RuntimeDefinition;
}

export interface RuntimeQuestion {
  readonly runtime: string | undefined;
  readonly taskRoot: string;
  readonly layers: readonly string[];
  readonly handler: string | undefined;
}

/**
 * The runtime that was named, or else the one that fits the function's folder.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_RUNTIME, ERR_UNSUPPORTED_RUNTIME, ERR_RUNTIME_NOT_GUESSED
 */
export async function chooseRuntime(program: Program, question: RuntimeQuestion): Promise<ChosenRuntime> {
  return question.runtime === undefined ? guess(program, question) : named(program.runtimes, question.runtime);
}

export function named(runtimes: readonly RuntimeDefinition[], name: string): ChosenRuntime {
  const definition = runtimes.find((one) => one.names.includes(name));
  if (definition) return { name, definition };
  const reason = runtimes.flatMap(({ unsupported = {} }) =>
    Object.hasOwn(unsupported, name) ? unsupported[name] : [],
  )[0];
  if (reason) throw fail('ERR_UNSUPPORTED_RUNTIME', name, reason);
  const known = allNames(runtimes);
  const near = known.filter((one) => soundsLike(lettersOf(one), lettersOf(name)));
  throw fail('ERR_UNKNOWN_RUNTIME', name, (near.length > 0 ? near : known).join(', '));
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z].*$/, '');

/** Whether one begins the other, or the two are a slip apart: `node`, `pyhton`. */
const soundsLike = (known: string, written: string): boolean =>
  written !== '' && (known.startsWith(written) || written.startsWith(known) || editDistance(known, written) <= 2);

async function guess(program: Program, question: RuntimeQuestion): Promise<ChosenRuntime> {
  const { host, findExecutable } = program;
  for (const definition of program.runtimes) {
    const name = await definition.guess({ ...question, host, findExecutable });
    if (name !== undefined) return { name, definition };
  }
  throw fail('ERR_RUNTIME_NOT_GUESSED', question.taskRoot, allNames(program.runtimes).join(', '));
}

const allNames = (runtimes: readonly RuntimeDefinition[]): string[] => runtimes.flatMap((one) => one.names);
