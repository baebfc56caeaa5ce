/**
 * The argument checks of the native modules, which count before they look.
 * Source: rapid-client.cc of aws-lambda-ric 3.3.0 and 4.0.2, runtime-client.cc of 2.1.0.
 */
export function checkStrings(given: readonly unknown[], expected: number): void {
  if (given.length < expected) throw new TypeError(`Wrong number of arguments, expected ${expected}`);
  for (let index = 0; index < expected; index++) {
    if (typeof given[index] !== 'string') throw new TypeError('Wrong arguments');
  }
}
