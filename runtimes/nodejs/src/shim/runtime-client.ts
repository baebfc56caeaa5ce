/** Stands in for `runtime-client.node`, the native module of aws-lambda-ric 1.x and 2.x, whose next() blocks. */
import { leaveSoon } from './abandoned.ts';
import { BlockingFrameReader } from './blocking-frame-reader.ts';
import { takeFrameDescriptors } from './frame-descriptors.ts';
import { FrameWriter } from './frame-writer.ts';
import { type Invocation, parseInvocation } from './invocation.ts';
import { checkStrings } from './native-arguments.ts';

const descriptors = takeFrameDescriptors();
const writer = new FrameWriter(descriptors.output);
const reader = new BlockingFrameReader(descriptors.input);
let initialized = false;

export function initializeClient(...given: readonly unknown[]): null {
  checkStrings(given, 1);
  if (initialized) throw new TypeError('Client already initialized');
  initialized = true;
  return null;
}

export function next(): Invocation {
  checkInitialized();
  let body: Buffer;
  try {
    writer.next();
    body = reader.invoke();
  } catch {
    leaveSoon();
    throw new TypeError('Failed to get next!');
  }
  // The native module makes the deadline a number, of which 2.1.0 takes the first character (getHeaderValue in
  // InvokeContext.js): getRemainingTimeInMillis() is NaN. Lambda's own nodejs12.x tells the time, and so does a string.
  return parseInvocation(body, String);
}

export function done(...given: readonly unknown[]): null {
  checkInitialized();
  checkStrings(given, 2);
  const [id, payload] = given as [string, string];
  post(() => writer.response(id, payload));
  return null;
}

export function error(...given: readonly unknown[]): null {
  checkInitialized();
  checkStrings(given, 3);
  const [id, payload, xrayCause] = given as [string, string, string];
  post(() => writer.error(id, payload, xrayCause));
  return null;
}

function checkInitialized(): void {
  if (!initialized) throw new TypeError('Client not initialized');
}

/** The native module ignores that an answer could not be posted; the next next() fails. */
function post(write: () => void): void {
  try {
    write();
  } catch {}
}
