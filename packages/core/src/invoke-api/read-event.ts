import type { Host, HttpRequest } from '../host.ts';
import { limits } from '../protocol/limits.ts';
import { gatherBody } from '../runtime-api/body.ts';
import { ServiceError } from './service-error.ts';

/**
 * The event of a request to invoke. Its size is judged before its JSON, as the service does.
 * @throws ServiceError RequestEntityTooLargeException, InvalidRequestContentException
 */
export async function readEvent(
  request: HttpRequest,
  host: Pick<Host, 'json'>,
  invocationType: 'RequestResponse' | 'Event' | 'DryRun',
): Promise<Uint8Array> {
  const limit = invocationType === 'Event' ? limits.asyncRequestBytes : limits.syncRequestBytes;
  const body = await gatherBody(request, limit);
  if (body.kind === 'too-large') throw tooLarge(invocationType, body.byteLength, limit);
  const flaw = body.bytes.length > 0 ? host.json.flaw(body.bytes) : undefined;
  if (flaw === undefined) return body.bytes;
  const message = `Could not parse request body into json: Could not parse payload into json: ${flaw}`;
  throw new ServiceError(400, 'InvalidRequestContentException', message);
}

function tooLarge(invocationType: string, bytes: number, limit: number): ServiceError {
  const message =
    invocationType === 'Event'
      ? `${bytes} byte payload is too large for the Event invocation type (limit ${limit} bytes)`
      : `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
  return new ServiceError(413, 'RequestEntityTooLargeException', message);
}
