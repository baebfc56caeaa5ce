import { encodeText, type TimeoutWords, timedOutAfter } from '@lambda-bootstraps/core';

/** Plain text, which the emulator's own integration tests compare. */
export const rieTimeoutWords: TimeoutWords = (_requestId, { timeoutMs }) => encodeText(timedOutAfter(timeoutMs));
