import { setTimeout as sleep } from 'node:timers/promises';
import { decodeTime } from 'ulid';

/** How long, and at which interval in milliseconds, to retry the lookup of an unknown reference. */
export interface RetryPolicy {
  totalMs: number;
  everyMs: number;
}

/** Events take well under two seconds; what is still unknown after that does not exist. */
export const referenceRetries: RetryPolicy = { totalMs: 2_000, everyMs: 200 };

/** Events rarely take longer than this, so anything older that is unknown does not exist. */
const newsMs = 60_000;

/**
 * Whether the event about a new entity may still be on its way, judged by the creation time in its id (`acc_` and a
 * ULID).
 */
export const mayBeOnItsWay = (id: string, now: Date): boolean => {
  const ulid = id.slice(id.indexOf('_') + 1);
  // A ULID starts with 0 to 7 (ULID specification: overflow); any other id is made up.
  return /^[0-7]/.test(ulid) && Math.abs(now.getTime() - decodeTime(ulid)) < newsMs;
};

/** Returns the retry policy for an id: no retries when no event about it can be on its way. */
export const patienceFor = (id: string, now: Date, patience: RetryPolicy = referenceRetries): RetryPolicy =>
  mayBeOnItsWay(id, now) ? patience : { totalMs: 0, everyMs: 1 };

/**
 * Finds an entity that another context announced by an event that may still be on its way, so that an account can be
 * used right after it was connected. Undefined when it is still unknown after all retries.
 */
export const findReference = async <T>(
  find: () => Promise<T | undefined>,
  { totalMs, everyMs }: RetryPolicy = referenceRetries,
): Promise<T | undefined> => {
  for (let waitedMs = 0; ; waitedMs += everyMs) {
    const found = await find();
    if (found !== undefined || waitedMs >= totalMs) return found;
    await sleep(everyMs);
  }
};
