import { useEffect, useRef } from 'preact/hooks';

/** What a key does; true when it did something. */
export type Keys = Readonly<Record<string, () => unknown>>;

/** Keys of the whole page; those that somebody writes into a field, or into a dialog, are not for it. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isForAnother(event)) return;
      const action = current.current[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}

const written = 'input, textarea, select, dialog';
/** What does something itself when one of these is pressed on it. */
const pressed = 'button, summary, a';
/** What scrolls by keys, and is no list. */
const scrolled = '.payload, .log, .stack';

function isForAnother({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(written)) return true;
  if (key === 'Enter') return target.closest(pressed) !== null;
  return /^(Arrow|Home|End)/.test(key) && target.closest(scrolled) !== null;
}
