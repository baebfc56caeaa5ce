import { randomUUID } from 'node:crypto';
import type { Host } from '@lambda-bootstraps/core';
import { nodeClock } from './clock.ts';
import { nodeBase64, nodeJson } from './codecs.ts';
import { nodeFiles } from './files.ts';
import { nodeHttp } from './http-server.ts';
import { nodeTcp } from './tcp.ts';

/** The core's host on Node.js. */
export const nodeHost: Host = {
  clock: nodeClock,
  http: nodeHttp,
  tcp: nodeTcp,
  files: nodeFiles,
  json: nodeJson,
  base64: nodeBase64,
  randomId: () => randomUUID(),
  architecture: process.arch,
  isInit: process.pid === 1,
};
