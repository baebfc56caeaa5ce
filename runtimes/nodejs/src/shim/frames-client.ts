import { leaveSoon } from './abandoned.ts';
import { AsyncFrameReader } from './async-frame-reader.ts';
import { takeFrameDescriptors } from './frame-descriptors.ts';
import { FrameWriter } from './frame-writer.ts';
import { type Invocation, parseInvocation } from './invocation.ts';
import { checkStrings } from './native-arguments.ts';
import { type NativeClient, noNext } from './native-client.ts';

interface Waiter {
  resolve(invocation: Invocation): void;
  reject(error: Error): void;
}

/**
 * The native module by frames.
 * @throws Error when the process has no descriptors for them.
 */
export function openFrames(): NativeClient {
  const descriptors = takeFrameDescriptors();
  const writer = new FrameWriter(descriptors.output);
  const reader = new AsyncFrameReader(descriptors.input, { onInvoke, onLost });
  const waiters: Waiter[] = [];
  const early: Invocation[] = [];
  let lost = false;

  function next(): Promise<Invocation> {
    return new Promise((resolve, reject) => {
      if (lost) return fail({ resolve, reject });
      try {
        writer.next();
      } catch {
        return fail({ resolve, reject });
      }
      const invocation = early.shift();
      if (invocation) return resolve(invocation);
      waiters.push({ resolve, reject });
      reader.ref();
    });
  }

  function done(...given: readonly unknown[]): null {
    checkStrings(given, 2);
    const [id, payload] = given as [string, string];
    post(() => writer.response(decodeId(id), payload));
    return null;
  }

  function error(...given: readonly unknown[]): null {
    checkStrings(given, 3);
    const [id, payload, xrayCause] = given as [string, string, string];
    post(() => writer.error(decodeId(id), payload, xrayCause));
    return null;
  }

  function onInvoke(body: Buffer): void {
    const invocation = parseInvocation(body, Number);
    const waiter = waiters.shift();
    // The event loop may go empty while the handler runs: callbackWaitsForEmptyEventLoop relies on it.
    if (waiters.length === 0) reader.unref();
    if (waiter) waiter.resolve(invocation);
    else early.push(invocation);
  }

  function onLost(): void {
    lost = true;
    for (const waiter of waiters.splice(0)) fail(waiter);
  }

  /** The native module ignores that an answer could not be posted. */
  function post(write: () => void): void {
    try {
      write();
    } catch {
      lost = true;
    }
  }

  return { next, done, error };
}

function fail(waiter: Waiter): void {
  leaveSoon();
  waiter.reject(noNext(-1));
}

/** 3.x and 4.x pass an id that is ready to stand in a URL. */
function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
