import { concurrencyRule, parseNumber } from './numbers.ts';
import type { Program } from './program.ts';

const variable = 'LAMBDA_BOOTSTRAPS_CONCURRENCY';

/**
 * How many invocations may run at once: what the flag says, else the variable, else `fallback`.
 * @throws LambdaBootstrapsError ERR_INVALID_NUMBER
 */
export function concurrencyOf(program: Program, flag: string | undefined, fallback: number): number {
  if (flag !== undefined) return parseNumber('--concurrency', flag, concurrencyRule);
  const value = program.environment[variable];
  return value ? parseNumber(variable, value, concurrencyRule) : fallback;
}
