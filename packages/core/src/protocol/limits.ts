/** Sizes in bytes and times in milliseconds, as the live service enforces them ("Lambda quotas"). */
export const limits = {
  /** The largest event of a synchronous invocation; above it the service answers 413. */
  syncRequestBytes: 6_291_456,
  /** The largest event of an asynchronous invocation (1 MiB since 2025). */
  asyncRequestBytes: 1_048_576,
  /** The largest buffered answer: 6 MiB and 100 bytes of head room. */
  responseBytes: 6_291_556,
  /** The largest streamed answer. */
  streamedResponseBytes: 209_715_200,
  /** The longest X-Amz-Client-Context, as base64 text. */
  clientContextBytes: 3_583,
  /** How long the runtime may initialize before Lambda starts it once more inside the first invocation. */
  initMs: 10_000,
  /** The same where one environment takes several invocations at once, at least. */
  concurrentInitMs: 130_000,
  /** The largest request of an extension that subscribes to telemetry: a few names and numbers. */
  subscriptionBytes: 65_536,
  /** The most extensions of a function, external and internal ones together. */
  extensions: 10,
  /** From the beginning of an environment's end, the time that its extensions have ("Shutdown phase"). */
  shutdownMs: 2_000,
  /** Of that, the runtime's, which goes first. */
  runtimeShutdownMs: 600,
  /** The runtime's time where no external extension is. */
  internalShutdownMs: 300,
  /** After a kill, how long the end of the process is waited for before the caller is answered all the same. */
  killGraceMs: 500,
  /** How long a request for the next event that came before the reply waits for it. */
  earlyNextMs: 50,
  /** After a reply broke off, how long the end of the runtime is waited for, which would explain it. */
  brokenReplyMs: 100,
  /** The longest timer that JavaScript hosts keep. */
  timerMs: 2_147_483_647,
} as const;
