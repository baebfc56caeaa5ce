import { concatBytes, type TcpConnection } from '@lambda-bootstraps/core';
import { GobDecoder } from './gob-decoder.ts';
import { GobEncoder, type Shape } from './gob-encoder.ts';
import type { GobStruct } from './gob-types.ts';
import { type RpcResponse, requestShape } from './messages.ts';

/** The function's program says that it cannot do what was asked; the connection is good still. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
}

/** Go's net/rpc over one connection, one call at a time. */
export class RpcClient {
  readonly #connection: TcpConnection;
  readonly #values: AsyncIterator<GobStruct>;
  readonly #encoder = new GobEncoder();
  #calls = 0;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
    this.#values = valuesOf(connection);
  }

  /** @throws RpcError, or Error when the connection broke or what came is no answer. */
  async call(method: string, shape: Shape, body: GobStruct): Promise<GobStruct> {
    const request = { ServiceMethod: method, Seq: this.#calls++ };
    const [head, tail] = [this.#encoder.encode(requestShape, request), this.#encoder.encode(shape, body)];
    await this.#connection.write(concatBytes([head, tail], head.length + tail.length));
    const response: RpcResponse = await this.#receive();
    const answer = await this.#receive();
    if ((response.Seq ?? 0) !== request.Seq) throw new Error(`an answer to call ${response.Seq}, not ${request.Seq}`);
    if (response.Error) throw new RpcError(response.Error);
    return answer;
  }

  close(): void {
    this.#connection.close();
  }

  async #receive(): Promise<GobStruct> {
    const { done, value } = await this.#values.next();
    if (done) throw new Error('the connection has ended');
    return value;
  }
}

async function* valuesOf(connection: TcpConnection): AsyncGenerator<GobStruct> {
  const decoder = new GobDecoder();
  for await (const chunk of connection.chunks()) yield* decoder.push(chunk);
}
