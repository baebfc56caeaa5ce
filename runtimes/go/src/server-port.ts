import {
  encodeJson,
  type Host,
  handleFrame,
  type InvocationPoll,
  type RuntimeTransport,
  type TcpConnection,
  type TransportContext,
} from '@lambda-bootstraps/core';
import {
  errorPayload,
  type InvokeError,
  type InvokeResponse,
  invokeRequest,
  invokeRequestShape,
  pingRequestShape,
} from './rpc/messages.ts';
import { RpcClient, RpcError } from './rpc/rpc-client.ts';

type Machine = Pick<Host, 'tcp' | 'clock'>;

const address = '127.0.0.1';
/** How long the program may take to listen is not known; it is looked at often at first, and then now and then. */
const firstPauseMs = 1;
const longestPauseMs = 50;

/**
 * What aws-lambda-go speaks where `_LAMBDA_SERVER_PORT` is set, and all that it spoke before 1.18: the program listens on
 * that port, and is called. One that uses the Runtime API instead is served by that, and not connected to.
 */
export const serverPortTransport = (machine: Machine, port: number): RuntimeTransport => ({
  connect: (context) => void serve(machine, port, context),
});

async function serve(machine: Machine, port: number, context: TransportContext): Promise<void> {
  const connection = await reach(machine, port, context);
  if (!connection) return;
  const client = new RpcClient(connection);
  try {
    await client.call('Function.Ping', pingRequestShape, {});
  } catch {
    client.close();
    return context.kill();
  }
  receive(client, context);
}

/** The connection to the program, or undefined when it spoke or ended before it listened. */
async function reach(machine: Machine, port: number, context: TransportContext): Promise<TcpConnection | undefined> {
  for (let pauseMs = firstPauseMs; context.isAwaited(); pauseMs = Math.min(pauseMs * 1.2, longestPauseMs)) {
    try {
      return await machine.tcp.connect(address, port);
    } catch {
      await new Promise<void>((resolve) => void machine.clock.timer(pauseMs, resolve));
    }
  }
  return undefined;
}

/** Asks for an invocation, has the program handle it, answers, and asks again. */
function receive(client: RpcClient, { port, kill }: TransportContext): void {
  const poll: InvocationPoll = {
    async deliver(delivery) {
      const { requestId } = delivery.invocation;
      const response = await invoke(client, invokeRequest(delivery));
      // A connection that breaks is the program's end, or what must become of it.
      if (!response) return kill();
      const { Error: error, Payload: payload = noBytes } = response;
      if (error) {
        handleFrame({ kind: 'error', requestId, xrayCause: '', payload: encodeJson(errorPayload(error)) }, port, poll);
      } else {
        handleFrame({ kind: 'response', requestId, payload }, port, poll);
      }
      // As the client itself ends after a panic where it speaks HTTP.
      if (error?.ShouldExit) kill();
      else port.next(poll);
    },
    cancel: () => client.close(),
  };
  port.next(poll);
}

const noBytes = new Uint8Array(0);

async function invoke(
  client: RpcClient,
  request: ReturnType<typeof invokeRequest>,
): Promise<InvokeResponse | undefined> {
  try {
    return await client.call('Function.Invoke', invokeRequestShape, request);
  } catch (error) {
    if (!(error instanceof RpcError)) return undefined;
    const refusal: InvokeError = { Message: error.message, Type: 'Runtime.Unknown' };
    return { Error: refusal };
  }
}
