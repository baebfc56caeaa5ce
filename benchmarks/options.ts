import { parseArgs } from 'node:util';

export interface Options {
  /** Measurements with one of these in their names, or all of them if there is none. */
  readonly parts: readonly string[];
  /** Instead of each measurement's own number of rounds. */
  readonly rounds: number | undefined;
  /** Names the measurements, and measures nothing. */
  readonly list: boolean;
  /** Puts the table into docs/performance.md. */
  readonly write: boolean;
}

/** @throws Error for what is no flag, or no number of rounds */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: 'string' }, list: { type: 'boolean' }, write: { type: 'boolean' } },
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds ${values.rounds}: a whole number from 1 is needed`);
  }
  return { parts: positionals, rounds, list: values.list ?? false, write: values.write ?? false };
}
