import { type Answer, type Connection, ConnectionLost } from './connection.ts';
import type { Server } from './server.ts';

const invocations = '/2015-03-31/functions/function/invocations';
const nothing = Buffer.alloc(0);

/** Who is called, and told what went wrong. */
type Answering = Pick<Server, 'connect' | 'tell' | 'state'>;

/** A caller of the Invoke API, on a connection that stays open. One that is lost is told, and opened anew, once. */
export class Caller {
  readonly #server: Answering;
  #connection: Connection;
  #answered = 0;
  #lossesLeft = 1;

  private constructor(server: Answering, connection: Connection) {
    this.#server = server;
    this.#connection = connection;
  }

  static async connect(server: Answering): Promise<Caller> {
    return new Caller(server, await server.connect());
  }

  /** Resolves at the answer's last byte. @throws Error for an answer that is no success, or a second loss */
  async invoke(payload: Buffer): Promise<void> {
    const answer = await this.#answerTo(payload);
    if (/^HTTP\/1\.1 200 /.test(answer.head) && !/^x-amz-function-error/im.test(answer.head)) return;
    throw new Error(`Not a success: ${textOf(answer).slice(0, 2_000)}`);
  }

  /** Invokes a function that echoes. @throws Error for an answer that says something else than the payload */
  async invokeAndCompare(payload: Buffer): Promise<void> {
    const answer = await this.#answerTo(payload);
    const said = JSON.stringify(parse(answer));
    if (said !== JSON.stringify(JSON.parse(payload.toString()))) throw new Error(`No echo: ${said.slice(0, 2_000)}`);
  }

  async isReady(): Promise<boolean> {
    const { head } = await this.#connection.request('GET', '/readyz', nothing);
    return head.startsWith('HTTP/1.1 200 ');
  }

  close(): void {
    this.#connection.close();
  }

  async #answerTo(payload: Buffer): Promise<Answer> {
    const answer = await this.#ask(payload).catch((error: unknown) => this.#askAgain(error, payload));
    this.#answered++;
    return answer;
  }

  #ask(payload: Buffer): Promise<Answer> {
    return this.#connection.request('POST', invocations, payload);
  }

  async #askAgain(error: unknown, payload: Buffer): Promise<Answer> {
    if (!(error instanceof ConnectionLost)) throw error;
    this.#server.tell(
      `lost a connection with ${payload.length} bytes of payload, after ${this.#answered} answers on it: ` +
        `${error.message}; ${this.#server.state()}`,
    );
    if (this.#lossesLeft-- === 0) throw error;
    this.#connection.close();
    this.#connection = await this.#server.connect();
    this.#answered = 0;
    return this.#ask(payload);
  }
}

const textOf = ({ pieces }: Answer): string => Buffer.concat(pieces).toString('latin1');

/** Answers here have a length, or one line for each chunk's. */
function parse(answer: Answer): unknown {
  const body = Buffer.concat(answer.pieces).subarray(Buffer.byteLength(answer.head, 'latin1'));
  const isChunked = /^transfer-encoding: *chunked/im.test(answer.head);
  return JSON.parse((isChunked ? withoutChunks(body) : body).toString());
}

function withoutChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', start);
    const length = Number.parseInt(body.toString('latin1', start, lineEnd), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    start = lineEnd + 2 + length + 2;
  }
}
