/** Every path that the core answers, in one place. `{id}` and `{name}` are captured. */
const invokePattern =
  /^(?:\/2015-03-31\/functions\/([^/]+)\/invocations|\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations)\/?$/;
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
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
