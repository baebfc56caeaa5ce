import { fail } from '../errors.ts';

/** Names that a function's configuration may not set ("Defined runtime environment variables": reserved keys). */
export const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const hints: Readonly<Record<string, string>> = {
  _HANDLER: 'Give the handler as an argument.',
  AWS_REGION: 'Set AWS_REGION in the environment you start this from.',
  AWS_DEFAULT_REGION: 'Set AWS_REGION in the environment you start this from.',
  AWS_ACCESS_KEY_ID: 'Set it in the environment you start this from: credentials are passed on.',
  AWS_SECRET_ACCESS_KEY: 'Set it in the environment you start this from: credentials are passed on.',
  AWS_SESSION_TOKEN: 'Set it in the environment you start this from: credentials are passed on.',
  AWS_LAMBDA_FUNCTION_NAME: 'Use --function-name.',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 'Use --memory.',
  LAMBDA_TASK_ROOT: 'Use --task-dir.',
};

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws LambdaBootstrapsError ERR_RESERVED_VARIABLE, ERR_INVALID_ENVIRONMENT_ENTRY */
export function checkUserVariables(variables: Readonly<Record<string, string>>, source: string): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!namePattern.test(name) || value.includes('\0')) {
      throw fail('ERR_INVALID_ENVIRONMENT_ENTRY', source, name);
    }
    if (reservedVariables.has(name)) throw fail('ERR_RESERVED_VARIABLE', source, name, hints[name] ?? '');
  }
}
