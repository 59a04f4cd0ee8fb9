import { median } from 'simple-statistics';
import { dayMs } from '#shared/time.ts';
import type { Outcome } from './post-outcomes.ts';

/** An outcome with the key of its content; null: its content is not repeated. */
export interface Keyed {
  outcome: Outcome;
  content: string | null;
}

/**
 * Other posts that determine the level of an account at a time: within this many days, as many before as after it, at
 * most and at least this many on each side.
 */
const referenceDays = 14;
const mostReferences = 15;
const fewestReferences = 3;

/** Returns the index of the first outcome at `at` or later, by binary search. */
const placeOf = (keyed: readonly Keyed[], at: number): number => {
  let [low, high] = [0, keyed.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keyed[middle]?.outcome.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Returns outcomes of other contents on one side of a time, nearest first. */
const near = (keyed: readonly Keyed[], at: number, content: string, step: 1 | -1): Outcome[] => {
  const found: Outcome[] = [];
  const start = placeOf(keyed, at);
  for (let place = step === 1 ? start : start - 1; found.length < mostReferences; place += step) {
    const other = keyed[place];
    if (!other || Math.abs(other.outcome.at - at) > referenceDays * dayMs) break;
    if (other.content !== content) found.push(other.outcome);
  }
  return found;
};

/**
 * Returns the median of the account's other posts around a time: as many before it as after it, so that growth or
 * decline of the account cancels out. Null if there are too few on either side, as at the ends.
 * @param at in epoch milliseconds
 * @param keyed in order of time
 */
export const levelAt = (at: number, content: string, keyed: readonly Keyed[]): number | null => {
  const [before, after] = [near(keyed, at, content, -1), near(keyed, at, content, 1)];
  const count = Math.min(before.length, after.length);
  if (count < fewestReferences) return null;
  return median([...before.slice(0, count), ...after.slice(0, count)].map(({ value }) => value));
};
