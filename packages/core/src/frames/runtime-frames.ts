import { limits } from '../protocol/limits.ts';
import { errorTypeOf, tooLargeReply } from '../runtime-api/replies.ts';
import type { InvocationPoll, RuntimePort } from '../sandbox/runtime-port.ts';
import type { RuntimeFrame } from './codec.ts';

/** Feeds one frame of a mocked native module to its environment. The native modules ignore refusals, so none are sent. */
export function handleFrame(frame: RuntimeFrame, port: RuntimePort, poll: InvocationPoll): void {
  switch (frame.kind) {
    case 'next':
      return port.next(poll);
    case 'response':
      if (port.beginReply(frame.requestId, 'response')) return;
      if (frame.payload.length > limits.responseBytes) {
        return port.reply(frame.requestId, tooLargeReply(frame.payload.length));
      }
      return port.reply(frame.requestId, { kind: 'success', payload: frame.payload });
    case 'error':
      if (port.beginReply(frame.requestId, 'error')) return;
      if (frame.payload.length > limits.responseBytes) {
        return port.reply(frame.requestId, tooLargeReply(frame.payload.length));
      }
      return port.reply(frame.requestId, {
        kind: 'function-error',
        errorType: errorTypeOf(undefined, frame.payload),
        payload: frame.payload,
      });
  }
}
