import { functionEnvironment } from '../function/environment-variables.ts';
import type { FunctionConfig } from '../function/function-config.ts';

/** What belongs to the runtime's process alone ("Lambda Extensions API", environment variables). */
const ofTheRuntime = [
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  '_AWS_XRAY_DAEMON_ADDRESS',
  '_AWS_XRAY_DAEMON_PORT',
  '_HANDLER',
];

/** The environment of an external extension's process: the function's, without what is the runtime's own. */
export function extensionEnvironment(config: FunctionConfig, runtimeApi: string): Record<string, string> {
  const environment = functionEnvironment(config, { runtimeApi, runtimeEnvironment: {} });
  for (const name of ofTheRuntime) delete environment[name];
  return environment;
}
