import type { Clock } from '@lambda-bootstraps/core';
import { native } from './native.ts';

declare function setTimeout(callback: () => void, ms: number): number;
declare function clearTimeout(id: number): void;

export const llrtClock: Clock = {
  now: () => Date.now(),
  monotonic: () => native.monotonic(),
  timer(ms, callback) {
    const id = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(id) };
  },
};
