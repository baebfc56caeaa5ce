/** What Lambda knows of a function: its configuration, complete and checked. Made by `defineFunction`. */
export interface FunctionConfig {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  /** One of Lambda's runtime identifiers, for example `nodejs22.x`. */
  readonly runtime: string;
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  /** How many invocations one environment takes at a time: AWS_LAMBDA_MAX_CONCURRENCY, 1 without it. */
  readonly maxConcurrency: number;
  /** Whether its environments come from snapshots (SnapStart), so that the runtime runs the function's restore hooks. */
  readonly snapStart: boolean;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly invokedFunctionArn: string;
  /** The function's folder; `/var/task` in an image. */
  readonly taskRoot: string;
  /** Folders that stand for `/opt`, the lowest layer first. */
  readonly layers: readonly string[];
  /** A folder of external extensions, besides the layers' `extensions`. */
  readonly extensionsDir: string | undefined;
  readonly runtimeDir: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** What AWS_LAMBDA_LOG_FORMAT says. */
  readonly logFormat: LogFormat;
  /** Of the JSON format's `platform.*` lines, those below it are left out. */
  readonly systemLogLevel: SystemLogLevel;
  readonly credentials: Credentials;
  /** The function's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that pass through from the caller below everything else (the doors made for containers). */
  readonly inheritedEnvironment: Readonly<Record<string, string>>;
}

export type LogFormat = 'Text' | 'JSON';

export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

export interface Credentials {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}
