import { parseNumber, portRule } from '../numbers.ts';
import type { Program } from '../program.ts';

/** docker-lambda takes a variable that is set to nothing for one that is not set. */
export function variable(program: Program, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = program.environment[name];
    if (value) return value;
  }
  return undefined;
}

export function portVariable(program: Program, name: string): number {
  return parseNumber(name, variable(program, name) ?? '9001', portRule);
}
