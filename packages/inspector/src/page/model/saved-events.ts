export interface SavedEvent {
  readonly name: string;
  readonly text: string;
}

/** What of Storage is needed. */
export type EventStorage = Pick<Storage, 'getItem' | 'setItem'>;

const key = 'lambda-bootstraps.events';

/** The events that were saved in this browser, by name. What is stored there and cannot be read is none. */
export function savedEvents(storage: EventStorage): SavedEvent[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isSavedEvent) : [];
  } catch {
    return [];
  }
}

/**
 * Saves an event, in the place of one of the same name.
 * @throws Error where the browser keeps nothing, or no more
 */
export function saveEvent(storage: EventStorage, event: SavedEvent): SavedEvent[] {
  const others = savedEvents(storage).filter(({ name }) => name !== event.name);
  return store(
    storage,
    [...others, event].sort((a, b) => a.name.localeCompare(b.name)),
  );
}

export const deleteEvent = (storage: EventStorage, gone: string): SavedEvent[] =>
  store(
    storage,
    savedEvents(storage).filter(({ name }) => name !== gone),
  );

function store(storage: EventStorage, events: SavedEvent[]): SavedEvent[] {
  storage.setItem(key, JSON.stringify(events));
  return events;
}

const isSavedEvent = (value: unknown): value is SavedEvent =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as SavedEvent).name === 'string' &&
  typeof (value as SavedEvent).text === 'string';
