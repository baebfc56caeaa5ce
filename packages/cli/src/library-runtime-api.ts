import { SharedRuntimeApi, type SharedRuntimeApiOptions } from '@lambda-bootstraps/core';
import { nodeHost } from '@lambda-bootstraps/host-node';

export type LocalRuntimeApiOptions = Omit<SharedRuntimeApiOptions, 'host'>;

/**
 * The Runtime API alone, for those who start runtimes themselves: `open` gives an execution environment, with the variables
 * for its runtime. It listens on a free loopback port unless `listen` or `authority` says otherwise.
 */
export const createRuntimeApi = (options: LocalRuntimeApiOptions = {}): SharedRuntimeApi =>
  new SharedRuntimeApi({ ...options, host: nodeHost });
