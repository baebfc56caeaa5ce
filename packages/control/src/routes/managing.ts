import { sendJson } from '../answers.ts';
import { answerCreate, answerGet, answerList, answerRemove, answerUpdate, find, type Management } from './functions.ts';
import type { ApiRoutes } from './route.ts';

/** What makes, changes and ends; and what tells more than the observing routes of the same paths. */
export function managingRoutes(management: Management, onStop: () => void): ApiRoutes {
  const { functions, discretion } = management;
  return {
    '/functions': {
      GET: ({ reply }) => answerList(functions, discretion, reply),
      POST: ({ request, reply }) => answerCreate(management, request, reply),
    },
    '/functions/{name}': {
      GET: ({ reply, name }) => answerGet(find(functions, name), discretion, reply),
      PATCH: ({ request, reply, name }) => answerUpdate(management, name, request, reply),
      DELETE: ({ reply, name }) => answerRemove(functions, name, reply),
    },
    '/stop': {
      POST: ({ reply }) => {
        sendJson(reply, 202, JSON.stringify({ status: 'stopping' }));
        onStop();
      },
    },
  };
}
