/** `2026-11-21T22:00:00.000Z`. @param ms since 1970 */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds to the microsecond, as the service gives them. */
export const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000;
