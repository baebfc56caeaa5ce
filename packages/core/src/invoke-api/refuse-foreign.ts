import type { HttpRequest } from '../host.ts';
import { hostIsForeign, originIsForeign } from '../protocol/same-site.ts';
import { ServiceError } from './service-error.ts';

/** @throws ServiceError AccessDeniedException for a request that a web page of another site caused, or renamed */
export function refuseForeign(request: HttpRequest): void {
  const origin = request.header('origin');
  if (origin !== undefined && originIsForeign(origin)) {
    throw new ServiceError(403, 'AccessDeniedException', `Requests of the web page ${origin} are refused`);
  }
  const host = request.header('host') ?? '';
  if (hostIsForeign(host)) {
    throw new ServiceError(403, 'AccessDeniedException', `Requests for the host name ${host} are refused`);
  }
}
