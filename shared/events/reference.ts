import { setTimeout as sleep } from 'node:timers/promises';
import { decodeTime } from 'ulid';

/** How long, and how often in milliseconds, a reference that is unknown yet is looked for again. */
export interface RetryPolicy {
  totalMs: number;
  everyMs: number;
}

/** Events take well under two seconds: what is unknown after that is not there. */
export const referenceRetries: RetryPolicy = { totalMs: 2_000, everyMs: 200 };

/** No news is on its way for longer, as a rule: what was made before that and is unknown is not there. */
const newsMs = 60_000;

/** Whether news of a thing may still be on its way: its id (`acc_` and a ULID) shows when it was made. */
export const mayBeOnItsWay = (id: string, now: Date): boolean => {
  const ulid = id.slice(id.indexOf('_') + 1);
  // Beyond that it is not a ULID (its specification: overflow): the id is made up.
  return /^[0-7]/.test(ulid) && Math.abs(now.getTime() - decodeTime(ulid)) < newsMs;
};

/** The patience for what an id names: none where no news of it can be on its way. */
export const patienceFor = (id: string, now: Date, patience: RetryPolicy = referenceRetries): RetryPolicy =>
  mayBeOnItsWay(id, now) ? patience : { totalMs: 0, everyMs: 1 };

/**
 * Finds what another context reported by an event that may still be on its way: connecting an account and using it at
 * once just works. Undefined when it is still unknown after the whole patience.
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
