const never = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps a millisecond without the event loop, where a synchronous call must wait for a non-blocking descriptor. */
export function pause(): void {
  Atomics.wait(never, 0, 0, 1);
}
