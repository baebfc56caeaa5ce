import type { FunctionConfig } from '../function/function-config.ts';
import type { LifecycleSink } from '../lifecycle.ts';
import { createJsonLog } from './json-log.ts';
import { createTextLog, type TextLogOptions } from './text-log.ts';

/** The function's log in the format that its configuration says; `options` of the text format are for that alone. */
export const createLog = (config: FunctionConfig, options: TextLogOptions): LifecycleSink =>
  config.logFormat === 'JSON' ? createJsonLog({ ...options, config }) : createTextLog(options);
