import type { Rate } from './rates.ts';

/**
 * A token bucket that many containers share. Its state is a single instant, `fullAt`: when it will be full again if no
 * tokens are taken (the generic cell rate algorithm, ITU-T I.371). Times are milliseconds.
 */
export interface Bucket {
  /** Tokens in the store when it is full. */
  size: number;
  /** Milliseconds until one token is replenished. */
  intervalMs: number;
  /** Tokens that a container takes at a time, and how long it may spend them. */
  batch: number;
  leaseMs: number;
}

/** Returns a bucket from which each request takes its token directly. */
export const exactBucket = ({ burst, perMinute }: Rate): Bucket => ({
  size: burst,
  intervalMs: Math.ceil(60_000 / perMinute),
  batch: 1,
  leaseMs: 0,
});

/** The largest batch, and the share of a bucket reserved for leased tokens. */
const largestBatch = 20;
const keptBack = 1 / 4;

/**
 * Returns a bucket that is leased in batches of a twentieth. Tokens spent within a period were leased in it or up to
 * `leaseMs` before, and no more are replenished in `leaseMs` than were reserved. So however many containers lease, they
 * never spend more than `burst` plus what is replenished in the period.
 */
export const leasedBucket = (rate: Rate): Bucket => {
  const exact = exactBucket(rate);
  const kept = Math.floor(rate.burst * keptBack);
  const size = rate.burst - kept;
  return { ...exact, size, leaseMs: kept * exact.intervalMs, batch: Math.min(largestBatch, Math.ceil(size / 20)) };
};

/** Returns the number of tokens in the store at `now`. */
export const tokensLeft = ({ size, intervalMs }: Bucket, fullAt: number, now: number): number =>
  Math.max(0, Math.floor((now + size * intervalMs - Math.max(fullAt, now)) / intervalMs));

/** Returns when the store has a token; `now` or earlier when it already has one. */
export const nextTokenAt = ({ size, intervalMs }: Bucket, fullAt: number): number => fullAt - (size - 1) * intervalMs;

/** Returns the latest `fullAt` at which that many tokens can be taken at `now`. */
export const latestFullAt = ({ size, intervalMs }: Bucket, tokens: number, now: number): number =>
  now + (size - tokens) * intervalMs;
