import { functionArn } from '../function/arn.ts';
import { functionDefaults } from '../function/define-function.ts';
import type { Host, HttpHandler } from '../host.ts';
import { answerServiceHealth, isHealthPath } from '../invoke-api/health.ts';
import { refuseForeign } from '../invoke-api/refuse-foreign.ts';
import { ServiceError, sendServiceError } from '../invoke-api/service-error.ts';
import { matchInvokeRoute } from '../protocol/routes.ts';
import { functionNameIn } from './function-name.ts';

export interface ServiceApiOptions {
  readonly host: Pick<Host, 'randomId'>;
  /** The Invoke API of the function of this name. */
  readonly find: (functionName: string) => HttpHandler | undefined;
  readonly refuseForeign?: boolean;
  readonly otherwise?: HttpHandler;
  readonly region?: string;
  readonly accountId?: string;
}

/** The Invoke API of many functions: hands each request to the function's own. */
export function createServiceApi(options: ServiceApiOptions): HttpHandler {
  return (request, reply) => {
    const route = matchInvokeRoute(request.path);
    const handler = route && options.find(functionNameIn(route.functionName) ?? '');
    if (handler) return handler(request, reply);
    const isHealth = isHealthPath(request.path);
    if (!route && !isHealth && options.otherwise) return options.otherwise(request, reply);
    try {
      if (options.refuseForeign) refuseForeign(request);
      if (isHealth) return answerServiceHealth(request, reply);
      throw route ? notFound(route.functionName, options) : noRoute(request.path);
    } catch (error) {
      sendServiceError(reply, options.host.randomId(), error as ServiceError);
    }
  };
}

function notFound(said: string, { region, accountId }: ServiceApiOptions): ServiceError {
  const arn = said.startsWith('arn:')
    ? said
    : functionArn(region ?? functionDefaults.region, accountId ?? functionDefaults.accountId, said);
  const message = `Function not found: ${arn}`;
  // This error has its message in upper case on the live service.
  return new ServiceError(404, 'ResourceNotFoundException', message, { Message: message });
}

const noRoute = (path: string): ServiceError =>
  new ServiceError(404, 'UnknownOperationException', `No such route: ${path}`);
