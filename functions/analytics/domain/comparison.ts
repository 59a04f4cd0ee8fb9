import type { Sums } from './sums.ts';

/** The largest difference between the measured shares of two periods that are still comparable. */
const likeShare = 0.1;

/** Whether so much the same share of the posts of two periods was measured that their numbers can be compared. */
export const isComparable = (one: Sums, other: Sums): boolean => {
  if (one.measured === 0 || other.measured === 0) return false;
  return Math.abs(one.measured / one.published - other.measured / other.published) <= likeShare;
};

/** The relative change from one number to another; null where there is none: nothing before, or nothing known. */
export const changeBetween = (before: number | null, now: number | null): number | null =>
  before === null || now === null || before === 0 ? null : now / before - 1;
