import type { FunctionSettings, LocalSandbox } from '@lambda-bootstraps/core';

/** What the control API needs of a function. */
export interface ServedFunction extends Pick<LocalSandbox, 'config' | 'isReady' | 'invoke'> {
  readonly settings: Pick<FunctionSettings, 'concurrency'>;
}

/** The functions that can be seen and invoked. */
export interface ServedFunctions {
  list(): readonly ServedFunction[];
  get(functionName: string): ServedFunction | undefined;
}

/** Functions that can be made, changed and removed too: a `LambdaService`. */
export interface ManagedFunctions extends ServedFunctions {
  create(settings: FunctionSettings & { readonly functionName: string }): ServedFunction;
  update(functionName: string, changes: Partial<FunctionSettings>): Promise<ServedFunction>;
  remove(functionName: string): Promise<void>;
}
