import type { Socket } from 'node:net';
import type { TcpClients, TcpConnection } from '@lambda-bootstraps/core';

export const nodeTcp: TcpClients = {
  async connect(address, port) {
    // Only telemetry needs it.
    const { connect } = await import('node:net');
    const socket = connect({ host: address, port, noDelay: true });
    await connected(socket);
    return new NodeConnection(socket);
  },
};

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

class NodeConnection implements TcpConnection {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    // A connection that breaks is seen by whoever reads or writes; unheard it would end the process.
    socket.on('error', () => undefined);
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('The connection is closed'));
      if (socket.destroyed || socket.writableEnded) return gone();
      if (socket.write(bytes)) return resolve();
      const drained = (): void => {
        socket.off('close', gone);
        resolve();
      };
      socket.once('drain', drained);
      socket.once('close', () => {
        socket.off('drain', drained);
        gone();
      });
    });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  }

  close(): void {
    this.#socket.destroy();
  }
}
