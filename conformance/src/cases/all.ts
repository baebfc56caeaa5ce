import type { ConformanceCase } from '../conformance-case.ts';
import { answerCases } from './answers.ts';
import { contextCases } from './context.ts';
import { errorCases } from './errors.ts';
import { extensionCases } from './extensions.ts';
import { logCases } from './logs.ts';
import { runtimeApiCases } from './runtime-api.ts';

export const allCases: readonly ConformanceCase[] = [
  ...answerCases,
  ...errorCases,
  ...contextCases,
  ...logCases,
  ...runtimeApiCases,
  ...extensionCases,
];
