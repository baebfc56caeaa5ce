/** What this package says to the person who runs it, beside what it hands on of the function and of `spawnSync`. */
export const errorTable = {
  ERR_ENGINE_NOT_FOUND: (engine: string) =>
    `"${engine}" is not installed, or not on PATH. Install it, or name another container engine by the option engine or by LAMBDA_BOOTSTRAPS_ENGINE.`,
  ERR_ENGINE_NOT_RUNNING: (engine: string, words: string) =>
    `${engine} is installed, but its engine does not answer: ${words}. Start it, or correct the address that it is given (for Docker: DOCKER_HOST).`,
  ERR_ENGINE_NOT_ALLOWED: (engine: string, words: string) =>
    `This user may not use ${engine}'s engine: ${words}. Add the user to its group, or use an engine that needs no rights, such as podman.`,
  ERR_IMAGE_NOT_FOUND: (image: string, words: string) =>
    `The image ${image} is not here, and could not be pulled: ${words}. Build it, or correct the option dockerImage.`,
  ERR_PORT_IN_USE: (port: string, words: string) =>
    `The port ${port} cannot be published: ${words}. Leave out the option port for a free one.`,
  ERR_CONTAINER_NOT_STARTED: (engine: string, words: string) => `${engine} could not run the container: ${words}.`,
  ERR_CONTAINER_ENDED: (how: string, words: string) =>
    `The container has ended with ${how}${words ? `: ${words}` : '.'}`,
  ERR_NOT_READY: (image: string, milliseconds: number) =>
    `The container of ${image} served no Invoke API within ${milliseconds} ms. Its entrypoint has to be docker-lambda's init; the option startTimeoutMs gives it more time.`,
  ERR_PORT_NOT_PUBLISHED: (engine: string, words: string) =>
    `${engine} does not tell where it published the container's port 9001: ${words}. With --network host or none there is no such port.`,
  ERR_INVALID_OPTION: (option: string, right: string) => `The option ${option} must be ${right}.`,
  ERR_FUNCTION: (type: string, message: string) => `The function failed: ${type ? `${type}: ` : ''}${message}`,
  ERR_INVOKE_REFUSED: (status: number, words: string) => `The Invoke API answered ${status}: ${words}`,
  ERR_INVOKE_FAILED: (endpoint: string, reason: string) => `No answer came from ${endpoint}: ${reason}.`,
  ERR_STOPPED: () => 'The container was stopped: it takes no more invocations.',
} as const satisfies Record<string, (...facts: never[]) => string>;

export type DockerLambdaErrorCode = keyof typeof errorTable;

/** What is known beyond the sentence. */
interface Details {
  readonly cause?: unknown;
  /** The exit code of the engine's command. */
  readonly exitCode?: number | null;
  /** What the container and the engine have written. */
  readonly output?: string;
  /** Of ERR_FUNCTION, and of ERR_INVOKE_REFUSED: the answer, parsed if it is JSON. */
  readonly payload?: unknown;
}

/** An error of the container engine, of the container, or of an invocation in one that stays open. */
export class DockerLambdaError extends Error {
  override readonly name = 'DockerLambdaError';
  readonly code: DockerLambdaErrorCode;
  /** The exit code of the engine's command, where it has ended. */
  readonly exitCode: number | null | undefined;
  /** What the container and the engine have written, the last of it. */
  readonly output: string | undefined;
  /** The function's error, for ERR_FUNCTION; the service's for ERR_INVOKE_REFUSED. */
  readonly payload: unknown;

  constructor(code: DockerLambdaErrorCode, message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.exitCode = details.exitCode;
    this.output = details.output;
    this.payload = details.payload;
  }
}

/** Makes the error of `code`, filling its sentence with the given facts. */
export function fail<Code extends DockerLambdaErrorCode>(
  code: Code,
  facts: Parameters<(typeof errorTable)[Code]>,
  details?: Details,
): DockerLambdaError {
  const sentence = errorTable[code] as (...facts: unknown[]) => string;
  return new DockerLambdaError(code, sentence(...facts), details);
}
