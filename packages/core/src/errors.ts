/**
 * The one table of errors that this project raises to people. Each entry turns its facts into a sentence that
 * says what was wrong, where (flag, variable, header) and what would be right.
 */
export const errorTable = {
  ERR_UNKNOWN_FLAG: (flag: string, near: string) =>
    `Unknown flag ${flag}.${near ? ` Did you mean ${near}?` : ''} Run with --help for the list.`,
  ERR_FLAG_NEEDS_VALUE: (flag: string, what: string) => `${flag} needs a value: ${what}.`,
  ERR_FLAG_TAKES_NO_VALUE: (flag: string) => `${flag} takes no value.`,
  ERR_UNKNOWN_COMMAND: (command: string, known: string) =>
    `Unknown command "${command}". The commands are ${known}; run with --help for more.`,
  ERR_MISSING_HANDLER: (command: string) =>
    `${command} needs a handler, for example: lambda-bootstraps ${command} index.handler`,
  ERR_TOO_MANY_ARGUMENTS: (extra: string, usage: string) =>
    `Unexpected argument "${extra}". Usage: ${usage}. Put a JSON event in quotes.`,
  ERR_INVALID_NUMBER: (source: string, value: string, right: string) =>
    `${source} is "${value}", which is not usable: it must be ${right}.`,
  ERR_INVALID_CHOICE: (source: string, value: string, choices: string) =>
    `${source} is "${value}": it must be ${choices}.`,
  ERR_INVALID_ENVIRONMENT_ENTRY: (source: string, value: string) =>
    `${source} has "${value}": write NAME=VALUE, or NAME alone to pass on the caller's value. A name starts with a letter or _ and goes on with letters, digits and _.`,
  ERR_RESERVED_VARIABLE: (source: string, name: string, hint: string) =>
    `${source} sets ${name}, a name that Lambda reserves for itself.${hint ? ` ${hint}` : ''}`,
  ERR_FILE_UNREADABLE: (source: string, path: string, reason: string) => `${source}: cannot read ${path}: ${reason}.`,
  ERR_NOT_A_DIRECTORY: (source: string, path: string) => `${source}: ${path} is not a directory that can be read.`,
  ERR_INVALID_EVENT: (source: string, reason: string) =>
    `The event (${source}) is not valid JSON: ${reason}. Give JSON text, @FILE for a file or - for standard input.`,
  ERR_EVENT_TOO_LARGE: (source: string, bytes: number, limit: number) =>
    `The event (${source}) has ${bytes} bytes; Lambda takes at most ${limit}.`,
  ERR_UNKNOWN_RUNTIME: (name: string, near: string) => `Unknown runtime "${name}".${near ? ` Near it: ${near}.` : ''}`,
  ERR_UNSUPPORTED_RUNTIME: (name: string, why: string) => `The runtime ${name} cannot be run here: ${why}.`,
  ERR_RUNTIME_NOT_GUESSED: (folder: string, known: string) =>
    `No runtime could be guessed from ${folder}: it has no file for the handler and no bootstrap. Name one with --runtime (${known}).`,
  ERR_TYPESCRIPT: (path: string, reason: string) => `${path} cannot be made JavaScript: ${reason}.`,
  ERR_RUNTIME_ASSETS_MISSING: (runtime: string, path: string) =>
    `The files of the ${runtime} runtime are missing (looked at ${path}). Install its package again, or run the build in a checkout.`,
  ERR_PORT_IN_USE: (source: string, port: number, address: string) =>
    `Port ${port} on ${address} is already in use (${source}). Stop what listens there, or choose another port; 0 picks a free one.`,
  ERR_PORT_NOT_ALLOWED: (source: string, port: number, address: string) =>
    `Port ${port} on ${address} may not be opened by this user (${source}). Choose one above 1023.`,
  ERR_ADDRESS_NOT_AVAILABLE: (source: string, address: string) =>
    `The address ${address} is not one of this machine's (${source}).`,
  ERR_LISTEN_FAILED: (source: string, address: string, port: number, reason: string) =>
    `Cannot listen on ${address}, port ${port} (${source}): ${reason}.`,
  ERR_INVALID_ADDRESS: (source: string, value: string) =>
    `${source} is "${value}": write HOST:PORT, for example 127.0.0.1:9001.`,
  ERR_INVALID_BOOTSTRAP_ARGS: (reason: string) => `Value of --bootstrap-args should be a JSON Array. Error: ${reason}`,
  ERR_INVALID_CONTEXT_JSON: (source: string, reason: string) => `${source} is not valid JSON: ${reason}.`,
  ERR_INVALID_ARGUMENT: (source: string, reason: string) => `${source}: ${reason}.`,
  ERR_QUEUE_FULL: (waiting: number) =>
    `${waiting} invocations are already waiting for an execution environment; no more are queued.`,
  ERR_BODY_ALREADY_READ: () =>
    'The body of this request was read before: mount the listener ahead of everything that parses bodies.',
  ERR_FUNCTION_EXISTS: (name: string) => `There is a function ${name} already: update it, or remove it first.`,
  ERR_UNKNOWN_FUNCTION: (name: string, known: string) =>
    `There is no function ${name}. ${known ? `There are ${known}.` : 'There is none at all.'}`,
  ERR_ENVIRONMENT_ENDED: (name: string) =>
    `This execution environment of ${name} has ended. Open another, and start its runtime with what that says.`,
  ERR_SANDBOX_CLOSED: () => 'The sandbox is closed: it takes no more invocations.',
  ERR_NODE_ONLY: (what: string) =>
    `${what} is not in this executable: it takes the program on Node.js (npm install lambda-bootstraps).`,
  ERR_UNKNOWN_ROUTE: (path: string) => `There is nothing at ${path}: the routes are in openapi.json.`,
  ERR_METHOD_NOT_ALLOWED: (path: string, method: string, allowed: string) => `${path} takes ${allowed}, not ${method}.`,
  ERR_FOREIGN_REQUEST: (whose: string) =>
    `Requests ${whose} are refused: only this machine's own programs and pages are answered.`,
  ERR_TOKEN_MISSING: () =>
    'A token is needed, in the header "Authorization: Bearer TOKEN", or for a feed in the subprotocol "token.TOKEN". It was given to the server when it was started, or told by it.',
  ERR_TOKEN_WRONG: () => 'The token of the request is not the one of this server.',
  ERR_INVALID_BODY: (reason: string) => `The body of the request is not usable: ${reason}.`,
  ERR_BODY_TOO_LARGE: (bytes: number, limit: number) =>
    `The body of the request has ${bytes} bytes; it may have ${limit}.`,
  ERR_TOO_MANY_READERS: (limit: number) => `${limit} others are reading events already; no more are let in.`,
  ERR_NOT_A_WEBSOCKET: (path: string) =>
    `${path} is a WebSocket: ask with "Upgrade: websocket", or poll for events instead.`,
  ERR_INTERNAL: (reason: string) => `This is a defect of lambda-bootstraps, please report it: ${reason}`,
} as const satisfies Record<string, (...facts: never[]) => string>;

export type ErrorCode = keyof typeof errorTable;

/** An error whose code is a key of {@link errorTable}; its message is meant for the person who runs us. */
export class LambdaBootstrapsError extends Error {
  override readonly name = 'LambdaBootstrapsError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Makes the error of `code`, filling its sentence with the given facts. */
export function fail<Code extends ErrorCode>(
  code: Code,
  ...facts: Parameters<(typeof errorTable)[Code]>
): LambdaBootstrapsError {
  const sentence = errorTable[code] as (...facts: unknown[]) => string;
  return new LambdaBootstrapsError(code, sentence(...facts));
}
