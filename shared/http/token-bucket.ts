import type { Rate } from './rates.ts';

/**
 * A token bucket that many containers share. Its whole state is one instant, `fullAt`: when it will be full again if
 * no tokens are taken (the generic cell rate algorithm, ITU-T I.371). Times are milliseconds.
 */
export interface Bucket {
  /** Tokens that lie in the store when it is full. */
  size: number;
  /** Milliseconds until one token comes back. */
  intervalMs: number;
  /** Tokens that a container takes at a time, and how long it may spend them. */
  batch: number;
  leaseMs: number;
}

/** A bucket of which each request takes a token of its own. */
export const exactBucket = ({ burst, perMinute }: Rate): Bucket => ({
  size: burst,
  intervalMs: Math.ceil(60_000 / perMinute),
  batch: 1,
  leaseMs: 0,
});

/** The largest batch; and the share of a bucket that is kept back for tokens that are still being spent. */
const largestBatch = 20;
const keptBack = 1 / 4;

/**
 * A bucket that is leased in batches, a twentieth of it at a time. Whatever is spent within a span was leased within the
 * span or `leaseMs` before it, while no more came back than was kept back: never more than `burst` and what comes back
 * within the span, however many containers lease.
 */
export const leasedBucket = (rate: Rate): Bucket => {
  const exact = exactBucket(rate);
  const kept = Math.floor(rate.burst * keptBack);
  const size = rate.burst - kept;
  return { ...exact, size, leaseMs: kept * exact.intervalMs, batch: Math.min(largestBatch, Math.ceil(size / 20)) };
};

/** Tokens that lie in the store at `now`. */
export const tokensLeft = ({ size, intervalMs }: Bucket, fullAt: number, now: number): number =>
  Math.max(0, Math.floor((now + size * intervalMs - Math.max(fullAt, now)) / intervalMs));

/** When the store has a token; `now` or earlier when it has one already. */
export const nextTokenAt = ({ size, intervalMs }: Bucket, fullAt: number): number => fullAt - (size - 1) * intervalMs;

/** The latest `fullAt` at which that many tokens can be taken at `now`. */
export const latestFullAt = ({ size, intervalMs }: Bucket, tokens: number, now: number): number =>
  now + (size - tokens) * intervalMs;
