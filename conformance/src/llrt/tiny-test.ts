import type { Test } from 'tap';

/** As much of tap's assertions as the cases use, for hosts that tap does not run on. */
export class TinyTest {
  readonly failures: string[] = [];
  readonly #teardowns: (() => unknown)[] = [];

  /** The cases are written against tap's type. */
  asTest(): Test {
    return this as unknown as Test;
  }

  teardown(callback: () => unknown): void {
    this.#teardowns.push(callback);
  }

  async end(): Promise<void> {
    for (const callback of this.#teardowns.reverse()) await callback();
  }

  ok(value: unknown, message = 'is truthy'): void {
    this.#judge(Boolean(value), message, value, true);
  }

  notOk(value: unknown, message = 'is falsy'): void {
    this.#judge(!value, message, value, false);
  }

  equal(found: unknown, wanted: unknown, message = 'is equal'): void {
    this.#judge(Object.is(found, wanted), message, found, wanted);
  }

  same(found: unknown, wanted: unknown, message = 'is the same'): void {
    this.#judge(canonical(found) === canonical(wanted), message, found, wanted);
  }

  match(found: unknown, pattern: unknown, message = 'matches'): void {
    this.#judge(matches(found, pattern), message, found, pattern);
  }

  notMatch(found: unknown, pattern: unknown, message = 'does not match'): void {
    this.#judge(!matches(found, pattern), message, found, pattern);
  }

  #judge(isMet: boolean, message: string, found: unknown, wanted: unknown): void {
    if (!isMet) this.failures.push(`${message}: found ${show(found)}, wanted ${show(wanted)}`);
  }
}

/** As tap's: a regular expression, a part of a text, a constructor, or an object of these. */
function matches(found: unknown, pattern: unknown): boolean {
  if (pattern instanceof RegExp) return pattern.test(String(found));
  if (typeof pattern === 'string') return typeof found === 'string' && found.includes(pattern);
  if (pattern === String) return typeof found === 'string';
  if (pattern === Number) return typeof found === 'number';
  if (pattern === null || typeof pattern !== 'object') return found === pattern;
  if (found === null || typeof found !== 'object') return false;
  return Object.entries(pattern).every(([key, part]) => matches((found as Record<string, unknown>)[key], part));
}

/** With the keys in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  ) ?? 'undefined';

const show = (value: unknown): string => (value instanceof RegExp ? String(value) : canonical(value)).slice(0, 2_000);
