import type { FunctionConfig } from './function-config.ts';

/** A variable as the function's process will have it: its own, else what passes through from the caller. */
export const functionVariable = (
  { environment, inheritedEnvironment }: Pick<FunctionConfig, 'environment' | 'inheritedEnvironment'>,
  name: string,
): string | undefined => environment[name] ?? inheritedEnvironment[name];
