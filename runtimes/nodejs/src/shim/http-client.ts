import { Agent, type IncomingMessage, request } from 'node:http';
import { leaveSoon } from './abandoned.ts';
import { type Invocation, toInvocation } from './invocation.ts';
import { checkStrings } from './native-arguments.ts';
import { type NativeClient, noNext } from './native-client.ts';

const api = '/2018-06-01/runtime/invocation';

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  onAnswer(answer: IncomingMessage): void;
  onLost(): void;
}

/** The native module by the Runtime API's own HTTP: for worker threads, which cannot share one pair of descriptors. */
export function openHttp(): NativeClient {
  const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API || '').split(':');
  const agent = new Agent({ keepAlive: true });

  /** A connection that was kept may have been closed just now; nothing was heard on it then. */
  function send(call: Call): void {
    const { method, path, body } = call;
    const headers = body === undefined ? {} : jsonHeaders(body);
    const sent = request({ hostname, port, agent, method, path, headers }, call.onAnswer);
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && error.code === 'ECONNRESET') send(call);
      else call.onLost();
    });
    sent.end(body);
  }

  function next(): Promise<Invocation> {
    return new Promise((resolve, reject) => {
      const onLost = (): void => {
        leaveSoon();
        reject(noNext(-1));
      };
      const onAnswer = (answer: IncomingMessage): void => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', onLost);
        answer.on('end', () => {
          if (answer.statusCode !== 200) return reject(noNext(answer.statusCode || -1));
          resolve(toInvocation(answer.headers as Record<string, string>, Buffer.concat(chunks).toString(), Number));
        });
      };
      send({ method: 'GET', path: `${api}/next`, onAnswer, onLost });
    });
  }

  /** The native module ignores that an answer could not be posted, and what is said to it. */
  function post(id: string, what: 'response' | 'error', body: string): void {
    const onAnswer = (answer: IncomingMessage): void => {
      answer.on('error', ignore).resume();
    };
    try {
      send({ method: 'POST', path: `${api}/${id}/${what}`, body, onAnswer, onLost: ignore });
    } catch {
      // An id that cannot stand in a URL.
    }
  }

  function done(...given: readonly unknown[]): null {
    checkStrings(given, 2);
    const [id, payload] = given as [string, string];
    post(id, 'response', payload);
    return null;
  }

  /** The third argument is for X-Ray, which is not here; a long one is more than a header holds. */
  function error(...given: readonly unknown[]): null {
    checkStrings(given, 3);
    const [id, payload] = given as [string, string];
    post(id, 'error', payload);
    return null;
  }

  return { next, done, error };
}

const jsonHeaders = (body: string): Record<string, string | number> => ({
  'Content-Type': 'application/json',
  'Content-Length': Buffer.byteLength(body),
});

const ignore = (): void => undefined;
