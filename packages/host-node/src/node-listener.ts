import type { IncomingMessage, ServerResponse } from 'node:http';
import { belowPath, fail, type HttpHandler } from '@lambda-bootstraps/core';
import { serve } from './http-server.ts';

export interface NodeListenerOptions {
  /** The path below which the handler is to be found, such as `/lambda`; what is elsewhere is answered with 404. */
  readonly prefix?: string;
}

/**
 * A handler as a listener of `node:http`, for servers of your own and frameworks that are made on it. It reads the body
 * itself, as bytes, so that it must come before anything that parses bodies.
 */
export function nodeListener(
  handler: HttpHandler,
  { prefix }: NodeListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const handle = prefix ? belowPath(prefix.replace(/\/+$/, ''), handler, notFound) : handler;
  return (request, response) => serve(wasRead(request) ? refuseRead : handle, request, response);
}

const wasRead = (message: IncomingMessage): boolean =>
  message.readableDidRead &&
  (message.headers['transfer-encoding'] !== undefined || Number(message.headers['content-length'] ?? 0) > 0);

const refuseRead: HttpHandler = () => {
  throw fail('ERR_BODY_ALREADY_READ');
};

const notFound: HttpHandler = (request, reply) =>
  reply.send(404, { 'Content-Type': 'text/plain' }, `No such path: ${request.path}`);
