import { setTimeout as sleep } from 'node:timers/promises';

/** How long, and how often in milliseconds, a reference that is unknown yet is looked for again. */
export interface Patience {
  totalMs: number;
  everyMs: number;
}

/** Events take well under two seconds: what is unknown after that is not there. */
export const referencePatience: Patience = { totalMs: 2_000, everyMs: 200 };

/**
 * Finds what another context told us of by an event that may still be on its way: connecting an account and using it
 * at once just works. Undefined when it is still unknown after the whole patience.
 */
export const findReference = async <T>(
  find: () => Promise<T | undefined>,
  { totalMs, everyMs }: Patience = referencePatience,
): Promise<T | undefined> => {
  for (let waitedMs = 0; ; waitedMs += everyMs) {
    const found = await find();
    if (found !== undefined || waitedMs >= totalMs) return found;
    await sleep(everyMs);
  }
};
