import type { HttpReply } from '@lambda-bootstraps/core';
import { sendJson } from './answers.ts';
import { eventsJson } from './event-json.ts';
import type { EventLog, Reading } from './event-log.ts';
import { EventReader } from './event-reader.ts';
import type { EventQuery } from './query.ts';
import type { Readers } from './readers.ts';

/**
 * GET events: what there is, or, when nothing is, the next that happens within the time that the caller gives.
 * @throws LambdaBootstrapsError ERR_TOO_MANY_READERS
 */
export function answerPoll(log: EventLog, readers: Readers, query: EventQuery, reply: HttpReply): void {
  const reader = new EventReader(log, query.from, query.filter);
  const first = reader.read();
  if (isWorthTelling(first) || query.waitMs === 0) return send(reply, first);

  const end = (): void => {
    reader.stop();
    clearTimeout(timer);
    leave();
  };
  const answer = (): void => {
    end();
    send(reply, reader.read());
  };
  const leave = readers.enter(answer);
  const timer = setTimeout(answer, query.waitMs);
  reply.onHangUp(end);
  const look = (): void => {
    const reading = reader.read();
    if (!isWorthTelling(reading)) return reader.onceMore(look);
    end();
    send(reply, reading);
  };
  reader.onceMore(look);
}

const isWorthTelling = ({ events, lost }: Reading): boolean => events.length > 0 || lost > 0;

const send = (reply: HttpReply, { events, next, lost }: Reading): void =>
  sendJson(reply, 200, eventsJson(events, { next, lost }));
