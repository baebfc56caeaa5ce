import { fail } from '../errors.ts';
import type { Host, HttpHandler, HttpServer } from '../host.ts';
import type { InvokeApiOptions } from '../invoke-api/invoke-api.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { functionNameRule, isFunctionName } from './function-name.ts';
import type { FunctionSettings, SettingsResolver } from './function-settings.ts';
import { createLocalSandbox, type LocalSandbox } from './local-sandbox.ts';
import { createServiceApi } from './service-api.ts';

export interface LambdaServiceOptions extends Pick<InvokeApiOptions, 'refuseForeign' | 'notice' | 'retryDelaysMs'> {
  readonly host: Host;
  readonly resolve: SettingsResolver;
  /** Answers what is no route of the Invoke API; 404 with the service's JSON unless told. */
  readonly otherwise?: HttpHandler;
  /** Of functions that name none. */
  readonly region?: string;
  readonly accountId?: string;
}

/** Hears of what happens to any function of a service. */
export type ServiceSink = (functionName: string, event: LifecycleEvent) => void;

/** Many functions behind one Invoke API: each is made, changed and removed by itself, while the others run. */
export class LambdaService {
  readonly #options: LambdaServiceOptions;
  readonly #functions = new Map<string, LocalSandbox>();
  #sinks: readonly ServiceSink[] = [];
  readonly #servers = new Set<HttpServer>();
  #isStopping = false;
  #closing: Promise<void> | undefined;

  /** The Invoke API of all of them; it knows each by its name, its partial ARN or its ARN, and no other. */
  readonly handler: HttpHandler;

  constructor(options: LambdaServiceOptions) {
    this.#options = options;
    this.handler = createServiceApi({ ...options, find: (name) => this.#functions.get(name)?.handler });
  }

  /**
   * Adds a function. Nothing of it is started before its first invocation.
   * @throws LambdaBootstrapsError ERR_FUNCTION_EXISTS, ERR_INVALID_ARGUMENT, ERR_SANDBOX_CLOSED, and what making its sandbox throws
   */
  create(settings: FunctionSettings & { readonly functionName: string }): LocalSandbox {
    const { functionName } = settings;
    if (this.#isStopping) throw fail('ERR_SANDBOX_CLOSED');
    if (!isFunctionName(functionName)) {
      throw fail('ERR_INVALID_ARGUMENT', 'functionName', `"${functionName}" is not ${functionNameRule}`);
    }
    if (this.#functions.has(functionName)) throw fail('ERR_FUNCTION_EXISTS', functionName);
    // It is known by its name: what its settings are changed to keeps it.
    const { region, accountId } = this.#options;
    const resolve: SettingsResolver = (changed) =>
      this.#options.resolve({ region, accountId, ...changed, functionName });
    const local = createLocalSandbox({ settings, resolve, invokeApi: this.#invokeApi() });
    local.subscribe((event) => {
      for (const sink of this.#sinks) sink(functionName, event);
    });
    this.#functions.set(functionName, local);
    return local;
  }

  /**
   * New settings for a function, or (without any) new code: invocations that are not under way run in new environments; the
   * others end in theirs.
   * @throws LambdaBootstrapsError ERR_UNKNOWN_FUNCTION, ERR_INVALID_ARGUMENT for another name, and what making its sandbox throws
   */
  async update(functionName: string, changes: Partial<FunctionSettings> = {}): Promise<LocalSandbox> {
    const local = this.#functionOf(functionName);
    if (changes.functionName !== undefined && changes.functionName !== functionName) {
      throw fail('ERR_INVALID_ARGUMENT', 'functionName', `${functionName} keeps its name; create another function`);
    }
    await local.update(changes);
    return local;
  }

  /**
   * Takes a function away, at once for its callers; what is under way in it ends as killed.
   * @throws LambdaBootstrapsError ERR_UNKNOWN_FUNCTION
   */
  async remove(functionName: string): Promise<void> {
    const local = this.#functionOf(functionName);
    this.#functions.delete(functionName);
    await local.close();
  }

  get(functionName: string): LocalSandbox | undefined {
    return this.#functions.get(functionName);
  }

  /** In the order in which they were made. */
  list(): readonly LocalSandbox[] {
    return [...this.#functions.values()];
  }

  /** Hears of everything that happens from now on, to functions that are made later too. The returned function ends it. */
  subscribe(sink: ServiceSink): () => void {
    this.#sinks = [...this.#sinks, sink];
    return () => {
      this.#sinks = this.#sinks.filter((other) => other !== sink);
    };
  }

  /**
   * Serves the Invoke API of all functions on a port of its own; `close` ends it. Loopback and a free port unless told.
   * @throws LambdaBootstrapsError ERR_SANDBOX_CLOSED, ERR_PORT_IN_USE, ERR_PORT_NOT_ALLOWED, ERR_ADDRESS_NOT_AVAILABLE, ERR_LISTEN_FAILED
   */
  async listen({
    port = 0,
    host = '127.0.0.1',
  }: {
    readonly port?: number;
    readonly host?: string;
  } = {}): Promise<HttpServer> {
    if (this.#closing) throw fail('ERR_SANDBOX_CLOSED');
    const options = { address: host, port, source: 'port', addressSource: 'host' };
    const server = await this.#options.host.http.listen(options, this.handler);
    this.#servers.add(server);
    if (!this.#closing) return server;
    // Closed meanwhile, it would be open for ever.
    await server.close();
    throw fail('ERR_SANDBOX_CLOSED');
  }

  /** Takes no more invocations, lets those under way end, each by itself or at its timeout, and closes. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.list().map((local) => local.stop()));
    await this.close();
  }

  /** Ends everything at once. */
  close(): Promise<void> {
    this.#isStopping = true;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.list().map((local) => local.close()));
    await Promise.all([...this.#servers].map((server) => server.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #invokeApi(): Omit<InvokeApiOptions, 'host' | 'sandbox'> {
    const { refuseForeign = false, notice, retryDelaysMs } = this.#options;
    return { refuseForeign, ...(notice ? { notice } : {}), ...(retryDelaysMs ? { retryDelaysMs } : {}) };
  }

  #functionOf(functionName: string): LocalSandbox {
    const local = this.#functions.get(functionName);
    if (!local) throw fail('ERR_UNKNOWN_FUNCTION', functionName, [...this.#functions.keys()].join(', '));
    return local;
  }
}
