import { useEffect, useReducer } from 'preact/hooks';
import type { Store } from '../store.ts';

/** Renders again whenever the store has changed. */
export function useStore(store: Store): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => store.subscribe(() => again(undefined)), [store]);
}

const tickMs = 100;

/** The time in milliseconds since 1970, which moves on while `isRunning`. */
export function useNow(isRunning: boolean): number {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => again(undefined), tickMs);
    return () => clearInterval(timer);
  }, [isRunning]);
  return Date.now();
}
