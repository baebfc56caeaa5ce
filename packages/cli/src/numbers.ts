import { fail } from '@lambda-bootstraps/core';

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  /** What would be right, for the message. */
  readonly right: string;
}

export const portRule: NumberRule = {
  min: 0,
  max: 65_535,
  whole: true,
  right: 'a whole number from 0 to 65535, where 0 picks a free port',
};

/** The quota of the service ("Lambda quotas": function timeout). */
export const timeoutRule: NumberRule = { min: 0.001, max: 900, whole: false, right: 'from 0.001 to 900 seconds' };

/** docker-lambda and RIE take longer ones; the bound is that of a JavaScript timer. */
export const longTimeoutRule: NumberRule = {
  min: 0.001,
  max: 2_147_483,
  whole: false,
  right: 'a number of seconds above 0 and at most 2147483',
};

/** Each environment is a process or more: past some hundreds no machine is helped. */
export const concurrencyRule: NumberRule = { min: 1, max: 1_000, whole: true, right: 'a whole number from 1 to 1000' };

/** From the service's quota up to what machines have. */
export const memoryRule: NumberRule = {
  min: 1,
  max: 1_048_576,
  whole: true,
  right: 'a whole number of MB from 1 to 1048576',
};

/** As the API type Cors bounds it. */
export const maxAgeRule: NumberRule = {
  min: 0,
  max: 86_400,
  whole: true,
  right: 'a whole number of seconds from 0 to 86400',
};

/** @throws LambdaBootstrapsError ERR_INVALID_NUMBER, naming `source` */
export function parseNumber(source: string, text: string, rule: NumberRule): number {
  const value = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  const fits = value >= rule.min && value <= rule.max && (!rule.whole || Number.isInteger(value));
  if (!fits) throw fail('ERR_INVALID_NUMBER', source, text, rule.right);
  return value;
}
