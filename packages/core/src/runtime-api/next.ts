import type { HttpReply } from '../host.ts';
import { runtimeApiErrorTypes } from '../protocol/error-types.ts';
import { jsonContentType } from '../protocol/headers.ts';
import type { InvocationPoll, RuntimePort } from '../sandbox/runtime-port.ts';
import { deliveryHeaders } from './delivery-headers.ts';
import { refuse } from './refusal.ts';

/** GET runtime/invocation/next: held open until there is an invocation. */
export function answerNext(port: RuntimePort, reply: HttpReply): void {
  const poll: InvocationPoll = {
    deliver(delivery) {
      const headers = deliveryHeaders(delivery);
      headers['Content-Type'] = jsonContentType;
      reply.send(200, headers, delivery.invocation.payload);
    },
    cancel() {
      refuse(reply, 403, runtimeApiErrorTypes.invalidStateTransition, 'The execution environment has ended');
    },
  };
  // A client that gives up (curl --max-time, say) must not swallow the next invocation.
  reply.onHangUp(() => port.withdraw(poll));
  port.next(poll);
}
