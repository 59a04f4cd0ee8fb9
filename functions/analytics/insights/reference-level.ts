import { median } from 'simple-statistics';
import { dayMs } from '#shared/time.ts';
import type { Outcome } from './post-outcomes.ts';

/** An outcome with the key of its content; null: its content is not repeated. */
export interface Keyed {
  outcome: Outcome;
  content: string | null;
}

/**
 * The other posts that tell how the account did at a time: so many before it, and as many after it, within so many
 * days.
 */
const referenceDays = 14;
const mostReferences = 15;
const fewestReferences = 3;

/** The place of the first outcome at `at` or later, by bisection. */
const placeOf = (keyed: readonly Keyed[], at: number): number => {
  let [low, high] = [0, keyed.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keyed[middle]?.outcome.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Other contents on one side of a time, nearest first. */
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
 * How the account's other posts did about a time: their median. As many before it as after it, so that an account that
 * grows or shrinks has the same level. Null where there are too few on either side, as at the ends.
 * @param at in epoch milliseconds
 * @param keyed in order of time
 */
export const levelAt = (at: number, content: string, keyed: readonly Keyed[]): number | null => {
  const [before, after] = [near(keyed, at, content, -1), near(keyed, at, content, 1)];
  const count = Math.min(before.length, after.length);
  if (count < fewestReferences) return null;
  return median([...before.slice(0, count), ...after.slice(0, count)].map(({ value }) => value));
};
