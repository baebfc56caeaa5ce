import { fail } from '../errors.ts';
import type { Host, HttpHandler, HttpServer } from '../host.ts';
import { withPath } from '../http/below-path.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import { authorityHost } from '../protocol/authority.ts';
import { refuse } from '../runtime-api/refusal.ts';
import { functionNameRule, isFunctionName } from './function-name.ts';
import {
  type EnvironmentSettings,
  openEnvironment,
  type RuntimeApiPlace,
  type RuntimeEnvironment,
} from './runtime-environment.ts';

export interface SharedRuntimeApiOptions {
  readonly host: Host;
  /** For a `handler` that is mounted in a server of yours: where that is reached, `HOST:PORT` or `HOST:PORT/PATH`. */
  readonly authority?: string | undefined;
  /** Which peers' addresses may be runtimes; loopback alone unless told. */
  readonly allowPeer?: ((address: string) => boolean) | undefined;
  /** Hears of everything that happens in any environment. */
  readonly onEvent?: ((functionName: string, event: LifecycleEvent) => void) | undefined;
  /** Told what a person should know once, a sentence each. */
  readonly notice?: ((sentence: string) => void) | undefined;
}

export interface SharedListenOptions {
  /** A free one unless told. */
  readonly port?: number;
  /** The address; loopback unless told. */
  readonly host?: string;
  /** The host by which runtimes reach it, where that is not its address: `host.docker.internal` from a container. */
  readonly advertisedHost?: string;
}

export interface OpenOptions extends EnvironmentSettings {
  /**
   * A loopback port of its own instead of a path, for clients that take no more than host and port from
   * AWS_LAMBDA_RUNTIME_API.
   */
  readonly ownPort?: boolean;
}

/** `/FUNCTION/NUMBER`, and the path of the Runtime API behind it. */
const prefixPattern = /^(\/[^/]+\/\d+)(\/.*)$/;

/**
 * The Runtime API for those who start runtimes themselves: any number of functions, and of execution environments of each,
 * on one port, told apart by a path in AWS_LAMBDA_RUNTIME_API.
 */
export class SharedRuntimeApi {
  readonly #options: SharedRuntimeApiOptions;
  readonly #handlers = new Map<string, HttpHandler>();
  readonly #environments = new Set<RuntimeEnvironment>();
  #numbered = 0;
  #authority: string | undefined;
  #server: Promise<HttpServer> | undefined;
  #isClosed = false;

  constructor(options: SharedRuntimeApiOptions) {
    this.#options = options;
    this.#authority = options.authority;
  }

  /** For a server of yours; say by `authority` where it is reached. */
  readonly handler: HttpHandler = (request, reply) => {
    const [, prefix = '', path = ''] = prefixPattern.exec(request.path) ?? [];
    const handler = this.#handlers.get(prefix);
    if (handler) return handler(withPath(request, path), reply);
    const hint = request.path.startsWith('/2018-06-01/')
      ? '; a client that leaves the path of AWS_LAMBDA_RUNTIME_API out needs a port of its own'
      : '';
    return refuse(reply, 404, 'NotFound', `No execution environment is at ${request.path}${hint}`);
  };

  /**
   * Serves it on a port of its own.
   * @throws LambdaBootstrapsError ERR_PORT_IN_USE, ERR_PORT_NOT_ALLOWED, ERR_ADDRESS_NOT_AVAILABLE, ERR_LISTEN_FAILED
   */
  async listen(options: SharedListenOptions = {}): Promise<HttpServer> {
    this.#server ??= this.#listen(options).catch((error: unknown) => {
      // Another port may do.
      this.#server = undefined;
      throw error;
    });
    return this.#server;
  }

  async #listen({ port = 0, host: address = '127.0.0.1', advertisedHost }: SharedListenOptions): Promise<HttpServer> {
    const options = { address, port, source: 'port', addressSource: 'host' };
    const server = await this.#options.host.http.listen(options, this.handler);
    this.#authority = `${advertisedHost ?? authorityHost(server.address)}:${server.port}`;
    return server;
  }

  /**
   * Opens an execution environment, of which `variables` say what to start a runtime with. Listens, unless that has been
   * done or an `authority` was given.
   * @throws LambdaBootstrapsError ERR_INVALID_ARGUMENT for the name, ERR_SANDBOX_CLOSED, and what `defineFunction` and `listen` throw
   */
  async open({ ownPort = false, ...settings }: OpenOptions): Promise<RuntimeEnvironment> {
    const { functionName } = settings;
    if (!isFunctionName(functionName)) {
      throw fail('ERR_INVALID_ARGUMENT', 'functionName', `"${functionName}" is not ${functionNameRule}`);
    }
    if (this.#isClosed) throw fail('ERR_SANDBOX_CLOSED');
    const { host, allowPeer, notice, onEvent } = this.#options;
    const place = await (ownPort ? this.#portOfItsOwn() : this.#pathOf(functionName));
    const environment = await openEnvironment(settings, {
      host,
      place,
      allowPeer,
      notice,
      onEvent: (event) => onEvent?.(functionName, event),
    }).catch(async (error: unknown) => {
      await place.close();
      throw error;
    });
    this.#environments.add(environment);
    if (this.#isClosed) {
      await environment.close();
      throw fail('ERR_SANDBOX_CLOSED');
    }
    void environment.ended.then(() => this.#environments.delete(environment));
    return environment;
  }

  async #pathOf(functionName: string): Promise<RuntimeApiPlace> {
    if (this.#authority === undefined) await this.listen();
    const prefix = `/${functionName}/${++this.#numbered}`;
    return {
      runtimeApi: `${this.#authority}${prefix}`,
      serve: (handler) => void this.#handlers.set(prefix, handler),
      close: async () => void this.#handlers.delete(prefix),
    };
  }

  async #portOfItsOwn(): Promise<RuntimeApiPlace> {
    let handle: HttpHandler = this.handler;
    const options = { address: '127.0.0.1', port: 0, source: 'ownPort' };
    const server = await this.#options.host.http.listen(options, (request, reply) => handle(request, reply));
    return {
      runtimeApi: `${authorityHost(server.address)}:${server.port}`,
      serve: (handler) => {
        handle = handler;
      },
      close: () => server.close(),
    };
  }

  /** Ends every environment, and the listener. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#environments].map((environment) => environment.close()));
    await (await this.#server)?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
