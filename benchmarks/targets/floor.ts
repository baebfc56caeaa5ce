import { fileURLToPath } from 'node:url';
import type { Target } from './target.ts';

/** What Node.js itself takes: a bare server that gives a request's body back, or an interpreter with nothing to do. */
export const floor: Target = {
  name: 'floor',
  files: [process.execPath],
  serve: async (_, { port, environments }) =>
    environments > 1 ? undefined : { words: [process.execPath, echoServer, String(port)], environment: {} },
  execute: async ({ bare }) => bare && { words: bare, environment: {} },
};

const echoServer = fileURLToPath(new URL('../programs/echo-server.mjs', import.meta.url));
