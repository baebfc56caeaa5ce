/** Every path that the core answers, in one place. `{id}` and `{name}` are captured. */
const invokePattern =
  /^(?:\/2015-03-31\/functions\/([^/]+)\/invocations|\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations)\/?$/;
const answerPattern = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

export type RuntimeRoute =
  | {
      readonly name: 'next' | 'init-error' | 'restore-next' | 'restore-error' | 'ping';
      readonly method: 'GET' | 'POST';
    }
  | ExtensionRoute
  | { readonly name: 'response' | 'error'; readonly method: 'POST'; readonly requestId: string };

export type ExtensionRoute =
  | { readonly name: 'extension-register' | 'extension-init-error' | 'extension-exit-error'; readonly method: 'POST' }
  | { readonly name: 'extension-next'; readonly method: 'GET' }
  | { readonly name: 'telemetry' | 'logs'; readonly method: 'PUT' };

const extensionRoutes: Readonly<Record<string, ExtensionRoute>> = {
  '/2020-01-01/extension/register': { name: 'extension-register', method: 'POST' },
  '/2020-01-01/extension/event/next': { name: 'extension-next', method: 'GET' },
  '/2020-01-01/extension/init/error': { name: 'extension-init-error', method: 'POST' },
  '/2020-01-01/extension/exit/error': { name: 'extension-exit-error', method: 'POST' },
  '/2022-07-01/telemetry': { name: 'telemetry', method: 'PUT' },
  '/2020-08-15/logs': { name: 'logs', method: 'PUT' },
};

export function matchRuntimeRoute(path: string): RuntimeRoute | undefined {
  if (path === '/2018-06-01/runtime/invocation/next') return { name: 'next', method: 'GET' };
  if (path === '/2018-06-01/runtime/init/error') return { name: 'init-error', method: 'POST' };
  if (path === '/2018-06-01/runtime/restore/next') return { name: 'restore-next', method: 'GET' };
  if (path === '/2018-06-01/runtime/restore/error') return { name: 'restore-error', method: 'POST' };
  if (path === '/2018-06-01/ping') return { name: 'ping', method: 'GET' };
  const answer = answerPattern.exec(path);
  if (!answer) return extensionRoutes[path];
  return { name: answer[2] as 'response' | 'error', method: 'POST', requestId: decode(answer[1]!) };
}

export interface InvokeRoute {
  /** A name, partial ARN or ARN. */
  readonly functionName: string;
  /** Whether the answer is wanted as an event stream. */
  readonly streaming: boolean;
}

/** What an Invoke path names, or undefined for another path. */
export function matchInvokeRoute(path: string): InvokeRoute | undefined {
  const match = invokePattern.exec(path);
  if (!match) return undefined;
  const [, buffered, streamed] = match;
  return { functionName: decode(buffered ?? streamed ?? ''), streaming: streamed !== undefined };
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
