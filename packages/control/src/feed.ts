import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { feedProtocol } from './access.ts';
import { eventsJson } from './event-json.ts';
import type { EventLog } from './event-log.ts';
import { EventReader } from './event-reader.ts';
import { limits } from './limits.ts';
import type { EventQuery } from './query.ts';
import type { Readers } from './readers.ts';

/** A request for a WebSocket, as Node.js hands it over. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The WebSockets that tell what happens. One message at a time is on its way to each; whoever is slow finds events gone. */
export class Feed {
  readonly #log: EventLog;
  readonly #readers: Readers;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => offered.has(feedProtocol) && feedProtocol,
  });

  constructor(log: EventLog, readers: Readers) {
    this.#log = log;
    this.#readers = readers;
  }

  /** @throws LambdaBootstrapsError ERR_TOO_MANY_READERS */
  accept({ message, socket, head }: Upgrade, query: EventQuery): void {
    // From now, and not from when the client is there.
    const reader = new EventReader(this.#log, query.from, query.filter);
    let end = (): void => void socket.destroy();
    const leave = this.#readers.enter(() => end());
    socket.once('close', () => {
      reader.stop();
      leave();
    });
    this.#server.handleUpgrade(message, socket, head, (client) => {
      end = () => goAway(client, reader);
      // What is wrong with a client's frames ends it by itself.
      client.on('error', () => undefined);
      pump(client, reader);
    });
  }
}

/** Sends what there is, waits until that has left, and goes on. */
function pump(client: WebSocket, reader: EventReader): void {
  if (client.readyState !== client.OPEN) return;
  const messages = nextMessages(reader);
  const last = messages.pop();
  if (last === undefined) return reader.onceMore(() => pump(client, reader));
  for (const message of messages) client.send(message);
  client.send(last, (error) => {
    // Others have their turn between two messages of a long log.
    if (!error) setImmediate(pump, client, reader);
  });
}

function nextMessages(reader: EventReader): string[] {
  const { events, from, next, lost } = reader.read();
  return [
    ...(lost > 0 ? [JSON.stringify({ lost, next: from })] : []),
    ...(events.length > 0 ? [eventsJson(events, { next })] : []),
  ];
}

/** The server ends: what was heard last is still told. */
function goAway(client: WebSocket, reader: EventReader): void {
  reader.stop();
  // Whoever has not taken the last message yet takes no more of them.
  if (client.bufferedAmount === 0) for (const message of nextMessages(reader)) client.send(message);
  client.close(1001, 'the server ends');
  setTimeout(() => client.terminate(), limits.closeMs).unref();
}
