import { IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Takes a connection that a client wants to be a WebSocket, with what came behind the request's head. */
export type UpgradeListener = (message: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * A request that Node.js takes for one to upgrade only when it wants a WebSocket. Clients that offer HTTP/2 on every
 * request, as Java's does, would lose their bodies.
 */
export class WebSocketMessage extends IncomingMessage {
  isMarked = false;

  /** Written and read by Node.js when the head is there. */
  get upgrade(): boolean {
    return this.isMarked && this.method === 'GET' && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(mark: boolean | null) {
    this.isMarked = mark === true;
  }
}

/**
 * Hands WebSockets to the listener, which is asked from then on: the server knows nothing more of them.
 * @returns ends those that are left
 */
export function handOverUpgrades(server: Server, listener: UpgradeListener): () => void {
  const open = new Set<Duplex>();
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    listener(message, socket, head);
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
