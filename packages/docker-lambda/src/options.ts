import type { SpawnSyncOptions, SpawnSyncReturns } from 'node:child_process';

/** What is run, and by which container engine. */
export interface RunOptions {
  /** Its entrypoint is docker-lambda's `init`, or ours. `lambci/lambda:nodejs4.3` unless told, as ever. */
  readonly dockerImage?: string;
  /** `index.handler` unless told. */
  readonly handler?: string;
  /** The folder that is mounted at /var/task: the current one unless told, none for `''`. */
  readonly taskDir?: string | null;
  /** Whether the container is removed when it has ended (`--rm`). True unless told. */
  readonly cleanUp?: boolean | null;
  /** Passes on the variables of the caller that docker-lambda knows (`-e AWS_REGION` and twelve more). */
  readonly addEnvVars?: boolean;
  /** More arguments of `docker run`, before the image's name. */
  readonly dockerArgs?: readonly string[];
  /** `docker`, `podman`, `nerdctl`, or any command that takes the same arguments; else LAMBDA_BOOTSTRAPS_ENGINE. */
  readonly engine?: string;
}

export interface DockerLambdaOptions extends RunOptions {
  /** Sent as JSON; `{}` for anything falsy. */
  readonly event?: unknown;
  /** Of `child_process.spawnSync`. They replace the default, which is `{ encoding: 'utf8' }`. */
  readonly spawnOptions?: SpawnSyncOptions;
  /** Gives what `spawnSync` gave, whatever that is, instead of the function's result. */
  readonly returnSpawnResult?: boolean;
}

export interface InvokeOptions extends Omit<DockerLambdaOptions, 'spawnOptions'> {
  /**
   * The same as for the function that blocks, and a signal. What is over its `timeout` (milliseconds) or `maxBuffer`
   * (bytes of one stream; no limit unless told) is ended with its container.
   */
  readonly spawnOptions?: SpawnSyncOptions & { readonly signal?: AbortSignal | undefined };
}

/** How `docker run` ended. A stream that was not piped is null. */
export type RunResult = SpawnSyncReturns<string | Buffer | null>;
