import type { HttpReply, HttpRequest } from '../host.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const paths: ReadonlySet<string> = new Set(['/2018-06-01/ping', '/healthz', '/readyz']);

export const isHealthPath = (path: string): boolean => paths.has(path);

/**
 * `ping` and `healthz` say that the server is there; `readyz` that a runtime has initialized. Nothing is started before
 * the first invocation, so that the first question for readiness starts it: whoever waits for it sends no invocation.
 */
export function answerHealth(sandbox: Sandbox, request: HttpRequest, reply: HttpReply): void {
  const text = { 'Content-Type': 'text/plain' };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return reply.send(405, { ...text, Allow: 'GET, HEAD' }, `${request.path} takes GET`);
  }
  if (request.path !== '/readyz') return reply.send(200, text, request.path === '/healthz' ? 'ok' : 'pong');
  if (sandbox.isReady) return reply.send(200, text, 'ready');
  sandbox.warm();
  reply.send(503, { ...text, 'Retry-After': '1' }, 'no runtime has initialized yet');
}
