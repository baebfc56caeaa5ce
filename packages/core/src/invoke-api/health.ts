import type { HttpReply, HttpRequest } from '../host.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const words: Readonly<Record<string, string>> = { '/2018-06-01/ping': 'pong', '/healthz': 'ok', '/readyz': 'ready' };

export const isHealthPath = (path: string): boolean => Object.hasOwn(words, path);

/**
 * `ping` and `healthz` say that the server is there; `readyz` that a runtime has initialized. Nothing is started before
 * the first invocation, so that the first question for readiness starts it: whoever waits for it sends no invocation.
 */
export function answerHealth(sandbox: Sandbox, request: HttpRequest, reply: HttpReply): void {
  if (request.path !== '/readyz' || !isRead(request) || sandbox.isReady) return answerServiceHealth(request, reply);
  void sandbox.warm();
  reply.send(503, { ...text, 'Retry-After': '1' }, 'no runtime has initialized yet');
}

/** Of a server whose functions come and go: it is ready when it is there. */
export function answerServiceHealth(request: HttpRequest, reply: HttpReply): void {
  if (isRead(request)) return reply.send(200, text, words[request.path] ?? '');
  reply.send(405, { ...text, Allow: 'GET, HEAD' }, `${request.path} takes GET`);
}

const text = { 'Content-Type': 'text/plain' };

const isRead = ({ method }: HttpRequest): boolean => method === 'GET' || method === 'HEAD';
