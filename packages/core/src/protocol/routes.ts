/** Every path that the core answers, in one place. `{id}` and `{name}` are captured. */
const invokePattern = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const answerPattern = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

export type RuntimeRoute =
  | { readonly name: 'next' | 'init-error' | 'ping'; readonly method: 'GET' | 'POST' }
  | { readonly name: 'response' | 'error'; readonly method: 'POST'; readonly requestId: string };

export function matchRuntimeRoute(path: string): RuntimeRoute | undefined {
  if (path === '/2018-06-01/runtime/invocation/next') return { name: 'next', method: 'GET' };
  if (path === '/2018-06-01/runtime/init/error') return { name: 'init-error', method: 'POST' };
  if (path === '/2018-06-01/ping') return { name: 'ping', method: 'GET' };
  const answer = answerPattern.exec(path);
  if (!answer) return undefined;
  return { name: answer[2] as 'response' | 'error', method: 'POST', requestId: decode(answer[1]!) };
}

/** The function named by an Invoke path (name, partial ARN or ARN), or undefined for another path. */
export function matchInvokeRoute(path: string): { readonly functionName: string } | undefined {
  const match = invokePattern.exec(path);
  return match ? { functionName: decode(match[1]!) } : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
