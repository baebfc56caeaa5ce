// How the page words things, for others who show the same.
export { eventSummary } from './page/model/event-summary.ts';
export { formatDuration, formatTime } from './page/model/format.ts';
export { type FunctionError, parseFunctionError } from './page/model/function-error.ts';
export { formatJson } from './page/model/json-text.ts';
