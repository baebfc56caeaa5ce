import type { ServedFunction } from './served-functions.ts';

export interface Discretion {
  /** Whether the function's variables are shown. */
  readonly withVariables: boolean;
  /** Of functions whose settings do not say. */
  readonly concurrency: number;
}

/** A function as the API shows it: its settings, completed, its ARN, and whether a runtime is there. No credentials. */
export function functionFacts(served: ServedFunction, { withVariables, concurrency }: Discretion): object {
  const { config, settings, isReady } = served;
  return {
    functionName: config.functionName,
    functionVersion: config.functionVersion,
    arn: config.invokedFunctionArn,
    state: isReady ? 'warm' : 'cold',
    runtime: config.runtime,
    handler: config.handler,
    taskDir: config.taskRoot,
    layers: config.layers,
    extensionsDir: config.extensionsDir,
    ...(withVariables && { environment: config.environment }),
    timeoutMs: config.timeoutMs,
    memorySizeMb: config.memorySizeMb,
    concurrency: settings.concurrency ?? concurrency,
    snapStart: config.snapStart,
    systemLogLevel: config.systemLogLevel,
    region: config.region,
    accountId: config.accountId,
  };
}
