export { type Control, type ControlOptions, createControl } from './control.ts';
export { eventJson, eventTypes } from './event-json.ts';
export { type EventFilter, EventLog, type EventLogOptions, type LoggedEvent, type Reading } from './event-log.ts';
export type { Upgrade } from './feed.ts';
export type { PageFiles } from './page.ts';
export type { ManagedFunctions, ServedFunction, ServedFunctions } from './served-functions.ts';
