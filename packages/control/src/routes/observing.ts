import { fail } from '@lambda-bootstraps/core';
import { sendJson } from '../answers.ts';
import type { EventLog } from '../event-log.ts';
import type { OpenApi } from '../open-api.ts';
import { answerPoll } from '../poll.ts';
import { parseEventQuery } from '../query.ts';
import type { Readers } from '../readers.ts';
import type { ServedFunctions } from '../served-functions.ts';
import { answerGet, answerList, find } from './functions.ts';
import { answerInvoke } from './invoke.ts';
import type { ApiRoutes } from './route.ts';

export interface ObservingOptions {
  readonly functions: ServedFunctions;
  readonly events: EventLog;
  readonly readers: Readers;
  readonly openApi: OpenApi;
  readonly version: string;
  readonly concurrency: number;
}

export const feedPath = '/feed';

/** They tell nothing that is secret, and are asked before a client knows anything. */
export const openPaths: ReadonlySet<string> = new Set(['/ready', '/openapi.json']);

/** Those that take a query. */
export const queryPaths: ReadonlySet<string> = new Set(['/events', feedPath]);

/** What sees and invokes, and changes nothing. */
export function observingRoutes(options: ObservingOptions): ApiRoutes {
  const { functions, events, readers, openApi, version, concurrency } = options;
  const hidden = { withVariables: false, concurrency };
  return {
    '/ready': { GET: ({ reply }) => sendJson(reply, 200, JSON.stringify({ status: 'ready', version })) },
    '/openapi.json': { GET: ({ reply }) => sendJson(reply, 200, openApi.text) },
    '/functions': { GET: ({ reply }) => answerList(functions, hidden, reply) },
    '/functions/{name}': { GET: ({ reply, name }) => answerGet(find(functions, name), hidden, reply) },
    '/functions/{name}/invoke': {
      POST: ({ request, reply, name }) => answerInvoke(openApi, find(functions, name), request, reply),
    },
    '/events': {
      GET: ({ request, reply }) =>
        answerPoll(events, readers, parseEventQuery(request.query, { canWait: true }), reply),
    },
    // A WebSocket never comes here.
    [feedPath]: {
      GET: ({ request }) => {
        throw fail('ERR_NOT_A_WEBSOCKET', request.path);
      },
    },
  };
}
