import { fail } from '@lambda-bootstraps/core';
import { eventTypes } from './event-json.ts';
import type { EventFilter } from './event-log.ts';
import { limits } from './limits.ts';

/** Which events somebody wants. */
export interface EventQuery {
  /** The number to begin with; undefined for what happens from now on. */
  readonly from: number | undefined;
  readonly filter: EventFilter;
  /** How long to wait for the first one. */
  readonly waitMs: number;
}

/**
 * Reads `from`, `wait` (where something can wait), `functions` and `types`.
 * @throws LambdaBootstrapsError ERR_INVALID_NUMBER, ERR_INVALID_ARGUMENT
 */
export function parseEventQuery(query: string, { canWait }: { readonly canWait: boolean }): EventQuery {
  const given = new URLSearchParams(query);
  const known = ['from', ...(canWait ? ['wait'] : []), 'functions', 'types'];
  for (const name of given.keys()) {
    if (!known.includes(name)) throw wrong(name, `there is no such parameter; there are ${known.join(', ')}`);
    if (given.getAll(name).length > 1) throw wrong(name, 'it is there twice; separate values by commas');
  }
  const from = given.get('from');
  const wait = given.get('wait');
  return {
    from: from === null ? undefined : numberOf('from', from, Number.MAX_SAFE_INTEGER),
    filter: { functions: setOf('functions', given.get('functions')), types: typesOf(given.get('types')) },
    waitMs: wait === null ? 0 : numberOf('wait', wait, limits.pollMs / 1000) * 1000,
  };
}

/** @throws LambdaBootstrapsError ERR_INVALID_ARGUMENT for a query where none is taken */
export function refuseQuery(query: string): void {
  const [name] = new URLSearchParams(query).keys();
  if (name !== undefined) throw wrong(name, 'there is no such parameter');
}

const wrong = (name: string, reason: string) =>
  fail('ERR_INVALID_ARGUMENT', `The parameter ${name.slice(0, 100)}`, reason);

function numberOf(name: string, text: string, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw fail('ERR_INVALID_NUMBER', `The parameter ${name}`, text.slice(0, 100), `a whole number from 0 to ${max}`);
}

function setOf(name: string, list: string | null): ReadonlySet<string> | undefined {
  if (list === '') throw wrong(name, 'it is empty; leave it out for all');
  return list === null ? undefined : new Set(list.split(','));
}

function typesOf(list: string | null): ReadonlySet<string> | undefined {
  const types = setOf('types', list);
  for (const type of types ?? []) {
    if (eventTypes.has(type)) continue;
    throw wrong(
      'types',
      `there are no events of the type "${type.slice(0, 100)}"; there are ${[...eventTypes].join(', ')}`,
    );
  }
  return types;
}
