import type { HttpReply } from '../host.ts';
import { jsonContentType } from '../protocol/headers.ts';
import type { RuntimePort } from '../sandbox/runtime-port.ts';
import { reject } from './refusal.ts';

/** GET runtime/restore/next: no snapshot is made, and what would be one is restored at once, so that the hooks run. */
export function answerRestoreNext(port: RuntimePort, reply: HttpReply): void {
  const rejection = port.restore();
  if (rejection) return reject(reply, rejection);
  return reply.send(200, { 'Content-Type': jsonContentType }, '');
}
