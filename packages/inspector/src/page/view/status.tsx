import type { JSX } from 'preact';
import type { InvocationStatus } from '../model/invocation.ts';

const words: Readonly<Record<InvocationStatus, string>> = {
  waiting: 'waiting',
  starting: 'starting',
  running: 'running',
  success: 'ok',
  error: 'error',
  timeout: 'timeout',
  exit: 'crash',
  'init-error': 'init error',
  unknown: 'not known',
};

/** A dot and a word: the colour is never alone. */
export const Status = ({ status }: { status: InvocationStatus }): JSX.Element => (
  <span class={`status status-${status}`}>
    <i aria-hidden="true" />
    {words[status]}
  </span>
);
