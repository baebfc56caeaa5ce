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
  /** After a kill, how long the end of the process is waited for before the caller is answered all the same. */
  killGraceMs: 500,
  /** How long a request for the next event that came before the reply waits for it. */
  earlyNextMs: 50,
  /** After a reply broke off, how long the end of the runtime is waited for, which would explain it. */
  brokenReplyMs: 100,
  /** The longest timer that JavaScript hosts keep. */
  timerMs: 2_147_483_647,
} as const;
