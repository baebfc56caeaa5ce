import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By node:http: `fetch` gives up on an answer after five minutes, a function may take fifteen. */
export function request(endpoint: string, { body, path, ...options }: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body && { 'content-length': body.length };
    const headers = { ...options.headers, ...length };
    // A connection each: an idle one may be closed by the other side just when it is used again.
    const outgoing = httpRequest(new URL(path, endpoint), {
      method: options.method,
      headers,
      agent: false,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.end(body);
  });
}
