import { concatBytes } from '../bytes.ts';
import type { LifecycleEvent } from '../lifecycle.ts';

/** Takes what the function and its extensions wrote, as it is. */
export type WriteOutput = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;

const newline = 10;

export function writeOutput(event: Extract<LifecycleEvent, { type: 'log' }>, write: WriteOutput): void {
  if (event.stream !== 'telemetry') return write(event.stream, event.bytes);
  // A record of the log descriptor is one event of the log; on a stream it needs an end of its own.
  const endsItself = event.bytes[event.bytes.length - 1] === newline;
  const ended = () => concatBytes([event.bytes, Uint8Array.of(newline)], event.bytes.length + 1);
  write('stdout', endsItself ? event.bytes : ended());
}
