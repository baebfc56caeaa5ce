import type {
  Host,
  HttpHandler,
  HttpServer,
  LambdaService,
  Launcher,
  ListenOptions,
  RuntimeDefinition,
  Sandbox,
} from '@lambda-bootstraps/core';

/** What the doors need of the program they run in, so that they run on any host. */
export interface Program {
  /** The name it was called by, without its folder. */
  readonly calledAs: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly version: string;
  readonly host: Host;
  readonly launcher: Launcher;
  /** How many processors there are for us. */
  readonly processors: number;
  readonly runtimes: readonly RuntimeDefinition[];
  findExecutable(name: string): Promise<string | undefined>;
  /** Writes at once and loses nothing. */
  write(stream: 'stdout' | 'stderr', content: Uint8Array | string): void;
  /** Once the result is written: the exit code that says it was lost, if it was. Not on every host. */
  resultLost?(): Promise<number | undefined>;
  /** Where stderr is one, the terminal as it is now. Not on every host. */
  terminal?(): Terminal | undefined;
  readStdin(): Promise<Uint8Array>;
  /** Makes JavaScript of a module; gives its path below the folder, without extension. Not on every host. */
  compileTypeScript?(source: string, taskRoot: string): Promise<string>;
  /** Listens with the inspector of a sandbox beside the handler. Not on every host. */
  listenInspected?(options: ListenOptions, handler: HttpHandler, inspected: Inspected): Promise<InspectedServer>;
  /** Opens the control API of functions that are still to be made. Not on every host. */
  openControl?(options: ControlServerOptions): Promise<ControlServer>;
  onSignal(callback: (signal: TerminationSignal) => void): void;
  /** SIGHUP, which ends the program unless somebody listens. */
  onReload(callback: () => void): void;
}

export interface Terminal {
  /** Undefined where it does not say. */
  readonly columns: number | undefined;
  /** Whether it has colours, and its user wants them: https://no-color.org. */
  readonly hasColors: boolean;
}

export interface Inspected {
  readonly sandbox: Sandbox;
  /** How many invocations may run at once. */
  readonly concurrency: number;
  /** What who looks must know where others than this machine can reach it; a fresh one unless told. */
  readonly token: string | undefined;
}

export interface InspectedServer extends HttpServer {
  /** Where the inspector's page is, with the token that it needs, if any. */
  readonly page: string;
}

export interface ControlServerOptions extends ListenOptions {
  /** A fresh one unless told. */
  readonly token: string | undefined;
  /** How many invocations of a function may run at once where its settings do not say. */
  readonly concurrency: number;
  readonly notice: (sentence: string) => void;
}

export interface ControlServer {
  readonly server: HttpServer;
  readonly service: LambdaService;
  readonly token: string;
  /** Resolves when somebody asks for the server's end. */
  readonly stopRequested: Promise<void>;
}

export type TerminationSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT';

/** Exit codes, the same in every door but where its users read another one. */
export const exitCodes = {
  success: 0,
  functionError: 1,
  usage: 2,
  /** A defect of ours. */
  internal: 70,
  /** The result could not be written: a full disk, say. */
  outputLost: 74,
  /** The result's reader had gone, as a shell reports SIGPIPE. */
  readerGone: 141,
  /** Ended by a signal: 128 and its number. */
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
} as const;
