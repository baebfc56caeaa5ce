import type { FunctionConfig } from './function-config.ts';

/** The shape of trace header that a fresh environment starts with; each invocation brings its own. */
export interface EnvironmentFacts {
  /** `HOST:PORT` of the Runtime API. */
  readonly runtimeApi: string;
  /** What the runtime's own plan sets. */
  readonly runtimeEnvironment: Readonly<Record<string, string>>;
}

/**
 * The environment of a function's process: what passes through, then the defaults that a function may change, then
 * the runtime's and the function's own, then what Lambda reserves for itself.
 * Source: "Defined runtime environment variables" in the AWS Lambda documentation.
 */
export function functionEnvironment(config: FunctionConfig, facts: EnvironmentFacts): Record<string, string> {
  return {
    ...changeableDefaults(config),
    ...config.inheritedEnvironment,
    ...facts.runtimeEnvironment,
    ...config.environment,
    ...reserved(config, facts),
  };
}

/** Only there does one environment take several invocations at once; its logs are JSON ("Lambda Managed Instances"). */
const isManagedInstance = ({ maxConcurrency }: FunctionConfig): boolean => maxConcurrency > 1;

/** Of an environment of the function; managed instances have no snapshots. */
export const initializationType = (config: FunctionConfig): 'on-demand' | 'snap-start' | 'lambda-managed-instances' =>
  isManagedInstance(config) ? 'lambda-managed-instances' : config.snapStart ? 'snap-start' : 'on-demand';

function changeableDefaults(config: FunctionConfig): Record<string, string> {
  const layerFolders = (suffix: string) => [...config.layers].reverse().map((layer) => `${layer}/${suffix}`);
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: ['/var/lang/bin', '/usr/local/bin', '/usr/bin', '/bin', ...layerFolders('bin')].join(':'),
    LD_LIBRARY_PATH: [
      '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib',
      `${config.taskRoot}:${config.taskRoot}/lib`,
      ...layerFolders('lib'),
    ].join(':'),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    AWS_LAMBDA_LOG_FORMAT: isManagedInstance(config) ? 'JSON' : 'Text',
  };
}

function reserved(config: FunctionConfig, facts: EnvironmentFacts): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = config.credentials;
  return {
    _HANDLER: config.handler,
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
    AWS_LAMBDA_FUNCTION_NAME: config.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: config.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: initializationType(config),
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: config.logStreamName,
    AWS_LAMBDA_RUNTIME_API: facts.runtimeApi,
    LAMBDA_TASK_ROOT: config.taskRoot,
    LAMBDA_RUNTIME_DIR: facts.runtimeEnvironment.LAMBDA_RUNTIME_DIR ?? config.runtimeDir,
    ...(accessKeyId === undefined ? {} : { AWS_ACCESS_KEY_ID: accessKeyId }),
    ...(secretAccessKey === undefined ? {} : { AWS_SECRET_ACCESS_KEY: secretAccessKey }),
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}
