import { availableParallelism } from 'node:os';
import { LambdaService, type LambdaServiceOptions, type ServiceSink } from '@lambda-bootstraps/core';
import { nodeHost } from '@lambda-bootstraps/host-node';
import { type LibraryOptions, resolveSettings } from './library-settings.ts';

export interface LocalServiceOptions extends LibraryOptions, Omit<LambdaServiceOptions, 'host' | 'resolve' | 'notice'> {
  /** How many invocations of a function may run at once where its settings do not say; as many as there are processors unless told. */
  readonly concurrency?: number;
  /** Hears of everything that happens to any function, as `subscribe` does. */
  readonly onEvent?: ServiceSink;
}

/**
 * A Lambda service of this machine without functions yet: `create` adds them, and `listen` or `handler` serves their
 * Invoke API. Requests that a web page of another site caused, or that name a foreign host, are refused unless
 * `refuseForeign` is false.
 */
export function createLambdaService(options: LocalServiceOptions = {}): LambdaService {
  const { launcher, queueLimit, runtimeApi, onEvent, concurrency = availableParallelism(), ...rest } = options;
  const service = new LambdaService({
    refuseForeign: true,
    ...rest,
    host: nodeHost,
    resolve: (settings) => resolveSettings({ concurrency, ...settings }, options),
  });
  if (onEvent) service.subscribe(onEvent);
  return service;
}
