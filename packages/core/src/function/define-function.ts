import { fail } from '../errors.ts';
import { limits } from '../protocol/limits.ts';
import { functionArn } from './arn.ts';
import type { Credentials, FunctionConfig, LogFormat, SystemLogLevel } from './function-config.ts';
import { checkUserVariables } from './reserved-variables.ts';

/** What a door or a library caller gives; everything but the handler, the runtime and the folder has a default. */
export interface FunctionInput {
  readonly handler: string;
  readonly runtime: string;
  readonly taskRoot: string;
  readonly functionName?: string | undefined;
  readonly functionVersion?: string | undefined;
  /** MB. */
  readonly memorySizeMb?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  readonly invokedFunctionArn?: string | undefined;
  readonly layers?: readonly string[] | undefined;
  /** A folder of external extensions, besides those of the layers. */
  readonly extensionsDir?: string | undefined;
  readonly runtimeDir?: string | undefined;
  readonly logGroupName?: string | undefined;
  readonly logStreamName?: string | undefined;
  /** INFO unless told. The format is the variable AWS_LAMBDA_LOG_FORMAT. */
  readonly systemLogLevel?: SystemLogLevel | undefined;
  readonly credentials?: Credentials | undefined;
  readonly snapStart?: boolean | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly inheritedEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Where each value came from (a flag, a variable), for error messages. */
  readonly sources?:
    | Partial<Record<'timeoutMs' | 'memorySizeMb' | 'environment' | 'functionName' | 'invokedFunctionArn', string>>
    | undefined;
}

/** The service's own. */
export const functionDefaults = {
  functionName: 'test',
  functionVersion: '$LATEST',
  memorySizeMb: 128,
  timeoutMs: 3_000,
  region: 'us-east-1',
  accountId: '123456789012',
  runtimeDir: '/var/runtime',
  systemLogLevel: 'INFO',
} as const;

/**
 * Completes and freezes a function's configuration. Defaults are the service's (128 MB, 3 s).
 * @throws LambdaBootstrapsError ERR_INVALID_NUMBER, ERR_INVALID_CHOICE, ERR_RESERVED_VARIABLE, ERR_INVALID_ENVIRONMENT_ENTRY
 */
export function defineFunction(input: FunctionInput, context: { nowMs: number; randomId: string }): FunctionConfig {
  const sources = input.sources ?? {};
  const timeoutMs = input.timeoutMs ?? functionDefaults.timeoutMs;
  if (!(timeoutMs > 0 && timeoutMs <= limits.timerMs)) {
    const seconds = limits.timerMs / 1000;
    throw fail(
      'ERR_INVALID_NUMBER',
      sources.timeoutMs ?? 'timeoutMs',
      String(timeoutMs / 1000),
      `more than 0 and at most ${seconds} seconds`,
    );
  }
  const memorySizeMb = input.memorySizeMb ?? functionDefaults.memorySizeMb;
  if (!(Number.isInteger(memorySizeMb) && memorySizeMb > 0)) {
    throw fail(
      'ERR_INVALID_NUMBER',
      sources.memorySizeMb ?? 'memorySizeMb',
      String(memorySizeMb),
      'a whole number of MB above 0',
    );
  }
  const environment = { ...input.environment };
  const variables = { ...input.inheritedEnvironment, ...environment };
  const maxConcurrency = maxConcurrencyOf(variables);
  const logFormat = logFormatOf(variables);
  checkUserVariables(environment, sources.environment ?? 'environment');

  const functionName = input.functionName ?? functionDefaults.functionName;
  checkHeaderText(sources.functionName ?? 'functionName', functionName);
  checkHeaderText(sources.invokedFunctionArn ?? 'invokedFunctionArn', input.invokedFunctionArn ?? '-');
  const functionVersion = input.functionVersion ?? functionDefaults.functionVersion;
  const region = input.region ?? functionDefaults.region;
  const accountId = input.accountId ?? functionDefaults.accountId;
  return Object.freeze({
    functionName,
    functionVersion,
    handler: input.handler,
    runtime: input.runtime,
    memorySizeMb,
    timeoutMs,
    maxConcurrency,
    snapStart: input.snapStart ?? false,
    region,
    accountId,
    invokedFunctionArn: input.invokedFunctionArn ?? functionArn(region, accountId, functionName),
    taskRoot: input.taskRoot,
    layers: Object.freeze([...(input.layers ?? [])]),
    extensionsDir: input.extensionsDir,
    runtimeDir: input.runtimeDir ?? functionDefaults.runtimeDir,
    logGroupName: input.logGroupName ?? `/aws/lambda/${functionName}`,
    logStreamName: input.logStreamName ?? logStreamName(functionVersion, context.nowMs, context.randomId),
    logFormat,
    systemLogLevel: input.systemLogLevel ?? functionDefaults.systemLogLevel,
    credentials: Object.freeze({ ...input.credentials }),
    environment: Object.freeze(environment),
    inheritedEnvironment: Object.freeze({ ...input.inheritedEnvironment }),
  });
}

/** Names travel in headers and in logs, a line each. */
function checkHeaderText(source: string, text: string): void {
  if (/^[\x21-\x7e]+$/.test(text)) return;
  throw fail('ERR_INVALID_ARGUMENT', source, `"${text}" has characters that are no visible ASCII, or is empty`);
}

/** Managed instances hand several invocations to one environment, and tell the runtime so by this variable. */
function maxConcurrencyOf(variables: Readonly<Record<string, string>>): number {
  const name = 'AWS_LAMBDA_MAX_CONCURRENCY';
  const value = variables[name];
  if (!value) return 1;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000) return number;
  throw fail('ERR_INVALID_NUMBER', name, value, 'a whole number from 1 to 1000');
}

/** The clients read it in any case. */
function logFormatOf(variables: Readonly<Record<string, string>>): LogFormat {
  const name = 'AWS_LAMBDA_LOG_FORMAT';
  const value = variables[name] || 'Text';
  const format = (['Text', 'JSON'] as const).find((one) => one.toLowerCase() === value.toLowerCase());
  if (!format) throw fail('ERR_INVALID_CHOICE', name, value, 'JSON or Text');
  return format;
}

/** `2026/11/21/[$LATEST]` and 32 hexadecimal digits, as the service names its log streams. */
function logStreamName(version: string, nowMs: number, randomId: string): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${randomId.replaceAll('-', '')}`;
}
