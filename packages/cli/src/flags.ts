import { fail } from '@lambda-bootstraps/core';

/** A flag's value: none, or what it takes, as the help names it. */
export interface FlagDefinition {
  readonly takes?: string;
  readonly repeatable?: boolean;
  readonly short?: string;
}

export interface ParsedArguments<Name extends string> {
  readonly positionals: readonly string[];
  /** Every value given for a flag, in order; a flag that takes none has the value ''. */
  values(name: Name): readonly string[];
  /** The last value, or undefined. */
  value(name: Name): string | undefined;
  has(name: Name): boolean;
}

/**
 * Reads `--flag value`, `--flag=value`, `-f value` and positionals; `--` ends the flags. With `stopAtPositional` so does
 * the first positional, as in Go programs.
 * @throws LambdaBootstrapsError ERR_UNKNOWN_FLAG, ERR_FLAG_NEEDS_VALUE, ERR_FLAG_TAKES_NO_VALUE
 */
export function parseArguments<Name extends string>(
  given: readonly string[],
  definitions: Readonly<Record<Name, FlagDefinition>>,
  options: { readonly stopAtPositional?: boolean; readonly passUnknown?: boolean } = {},
): ParsedArguments<Name> {
  const found = new Map<string, string[]>();
  const positionals: string[] = [];
  for (let index = 0; index < given.length; index++) {
    const argument = given[index]!;
    if (argument === '--') {
      // Where the rest is another program's command, this is a word of it.
      positionals.push(...given.slice(options.passUnknown ? index : index + 1));
      break;
    }
    // A lone dash is a positional: standard input.
    if (!argument.startsWith('-') || argument === '-') {
      positionals.push(argument);
      if (!options.stopAtPositional) continue;
      positionals.push(...given.slice(index + 1));
      break;
    }
    const [written, inline] = splitAtEquals(argument);
    const name = nameOf(written, definitions);
    if (name === undefined) {
      if (!options.passUnknown) throw fail('ERR_UNKNOWN_FLAG', written, nearest(written, definitions));
      positionals.push(argument);
      continue;
    }
    const { takes } = definitions[name];
    const value = takes === undefined ? '' : (inline ?? given[++index]);
    if (takes === undefined && inline !== undefined) throw fail('ERR_FLAG_TAKES_NO_VALUE', written);
    if (value === undefined) throw fail('ERR_FLAG_NEEDS_VALUE', written, takes ?? 'a value');
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return {
    positionals,
    values: (name) => found.get(name) ?? [],
    value: (name) => found.get(name)?.at(-1),
    has: (name) => found.has(name),
  };
}

function splitAtEquals(argument: string): [string, string | undefined] {
  const mark = argument.indexOf('=');
  return mark < 0 ? [argument, undefined] : [argument.slice(0, mark), argument.slice(mark + 1)];
}

function nameOf<Name extends string>(
  written: string,
  definitions: Readonly<Record<Name, FlagDefinition>>,
): Name | undefined {
  const bare = written.replace(/^--?/, '');
  if (Object.hasOwn(definitions, bare) && (written.startsWith('--') || bare.length > 1)) return bare as Name;
  return (Object.keys(definitions) as Name[]).find(
    (name) => definitions[name].short === bare && written === `-${bare}`,
  );
}

/** The flag that was probably meant: the one that shares the longest beginning with it. */
function nearest(written: string, definitions: Readonly<Record<string, FlagDefinition>>): string {
  const bare = written.replace(/^--?/, '');
  const shared = (name: string): number => {
    let length = 0;
    while (length < bare.length && bare[length] === name[length]) length++;
    return length;
  };
  const best = Object.keys(definitions).sort((one, other) => shared(other) - shared(one))[0];
  return best !== undefined && shared(best) >= 2 ? `--${best}` : '';
}
