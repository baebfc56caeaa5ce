import { limits as serviceLimits } from '@lambda-bootstraps/core';

/** Sizes in bytes and times in milliseconds. */
export const limits = {
  /** Settings: variables may have 4 KB on the service, and are not counted here. */
  settingsBytes: 1_048_576,
  /** An event of the largest size, and what stands around it. */
  invokeBytes: serviceLimits.syncRequestBytes + 65_536,
  eventBytes: serviceLimits.syncRequestBytes,
  /** Feeds and waiting polls, together. */
  readers: 64,
  /** The longest that a poll waits. */
  pollMs: 60_000,
  /** What one poll gives, or one message of a feed. */
  batch: { events: 500, bytes: 262_144 },
  /** How long the first event waits for others, so that they come together. */
  gatherMs: 10,
  /** A feed's client has nothing to say. */
  messageBytes: 1_024,
  /** How long a feed's client may take to answer that it closes. */
  closeMs: 1_000,
} as const;
