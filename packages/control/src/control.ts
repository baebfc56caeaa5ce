import { fail, type HttpHandler, type HttpReply, type HttpRequest } from '@lambda-bootstraps/core';
import { type Head, refuseForeign, refuseRenamed, requireToken } from './access.ts';
import { sendRefusal } from './answers.ts';
import type { EventLog } from './event-log.ts';
import { Feed, type Upgrade } from './feed.ts';
import { limits } from './limits.ts';
import { loadOpenApi, type OpenApi } from './open-api.ts';
import { InspectorPage, type PageFiles } from './page.ts';
import { parseEventQuery, refuseQuery } from './query.ts';
import { Readers } from './readers.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { findRoute } from './router.ts';
import { managingRoutes } from './routes/managing.ts';
import { feedPath, observingRoutes, openPaths, queryPaths } from './routes/observing.ts';
import type { ApiRoutes } from './routes/route.ts';
import type { ManagedFunctions, ServedFunctions } from './served-functions.ts';

export interface ControlOptions {
  /** What is served below `/_inspector/v1`, and may be seen and invoked there. */
  readonly functions: ServedFunctions;
  /** With it there is the whole API too, below `/v1`. */
  readonly managed?: ManagedFunctions | undefined;
  readonly events: EventLog;
  /** The program's, for `ready`. */
  readonly version: string;
  /** How many invocations of a function may run at once where its settings do not say. 1 unless told. */
  readonly concurrency?: number | undefined;
  /** What who asks must know; without it only programs of this machine and the page itself are answered. */
  readonly token?: string | undefined;
  /** The page below `/_inspector/`, if there is one; called when it is first asked for. */
  readonly page?: (() => Promise<PageFiles>) | undefined;
  /** Somebody asked for the end of the server. */
  readonly onStop?: (() => void) | undefined;
}

export interface Control {
  /** Answers what is below `/v1` and `/_inspector`. */
  readonly handle: HttpHandler;
  /** Takes requests for WebSockets. */
  upgrade(upgrade: Upgrade): void;
  /** Ends feeds and polls. */
  close(): void;
}

/** The control API, and the inspector's part of it with its page, for a server to mount. */
export async function createControl(options: ControlOptions): Promise<Control> {
  return new ControlApi(options, await loadOpenApi());
}

interface Mount {
  readonly base: string;
  readonly routes: ApiRoutes;
}

class ControlApi implements Control {
  readonly #token: string | undefined;
  readonly #readers = new Readers(limits.readers);
  readonly #feed: Feed;
  readonly #mounts: readonly Mount[];
  readonly #page: InspectorPage;

  constructor(options: ControlOptions, openApi: OpenApi) {
    const { managed, concurrency = 1, onStop = () => undefined } = options;
    this.#token = options.token;
    this.#feed = new Feed(options.events, this.#readers);
    this.#page = new InspectorPage(options.page);
    const observing = observingRoutes({ ...options, concurrency, readers: this.#readers, openApi });
    const inspector = { base: '/_inspector/v1', routes: observing };
    this.#mounts = [inspector];
    if (!managed) return;
    const discretion = { withVariables: true, concurrency };
    const managing = managingRoutes({ functions: managed, openApi, discretion }, onStop);
    this.#mounts = [inspector, { base: '/v1', routes: { ...observing, ...managing } }];
  }

  handle = async (request: HttpRequest, reply: HttpReply): Promise<void> => {
    try {
      await this.#answer(request, reply);
    } catch (error) {
      sendRefusal(reply, error);
    }
  };

  upgrade(upgrade: Upgrade): void {
    const { message, socket } = upgrade;
    // A connection that breaks is seen by its close; unheard the error would end the process.
    socket.on('error', () => undefined);
    try {
      const [path = '', query = ''] = (message.url ?? '').split(/\?(.*)/s);
      const head: Head = { header: (name) => message.headers[name]?.toString() };
      this.#refuseForeign(head);
      if (!this.#mounts.some(({ base }) => path === base + feedPath)) {
        throw fail('ERR_UNKNOWN_ROUTE', path.slice(0, 200));
      }
      this.#requireToken(head);
      this.#feed.accept(upgrade, parseEventQuery(query, { canWait: false }));
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  }

  close(): void {
    this.#readers.endAll();
  }

  #answer(request: HttpRequest, reply: HttpReply): void | Promise<void> {
    const mount = this.#mounts.find(({ base }) => request.path.startsWith(`${base}/`));
    if (!mount) {
      // A link of another site may lead to the page, which tells that site nothing.
      if (isVisit(request)) refuseRenamed(request);
      else this.#refuseForeign(request);
      return this.#page.answer(request, reply);
    }
    this.#refuseForeign(request);
    const path = request.path.slice(mount.base.length);
    const { answer, name } = findRoute(mount.routes, request.method, path, request.path);
    if (!openPaths.has(path)) this.#requireToken(request);
    if (!queryPaths.has(path)) refuseQuery(request.query);
    return answer({ request, reply, name });
  }

  /** Without a token even the pages of this machine's other servers are strangers. */
  #refuseForeign(head: Head): void {
    refuseForeign(head, { sameOrigin: this.#token === undefined });
  }

  #requireToken(head: Head): void {
    if (this.#token !== undefined) requireToken(head, this.#token);
  }
}

/** Whether a browser goes there, for a person. */
const isVisit = (request: HttpRequest): boolean =>
  request.method === 'GET' && request.header('sec-fetch-mode') === 'navigate';
