const graceMs = 2_000;
let leaving = false;

/**
 * Ends this process soon, for nobody is left to give it an invocation. The runtime interface client ends by itself
 * as a rule, but 2.x and 3.x report the failed next() over HTTP, then report that nobody took the report, and so on
 * without end (`throw e` in RAPIDClient._post of 3.3.0, caught by its own uncaughtException listener).
 */
export function leaveSoon(): void {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.exit(1), graceMs).unref();
}
