import type { Sums } from './sums.ts';

/** The largest difference between the measured shares of two periods that are still comparable. */
const likeShare = 0.1;

/** Whether similar shares of the posts of two periods were measured, so that their numbers can be compared. */
export const isComparable = (one: Sums, other: Sums): boolean => {
  if (one.measured === 0 || other.measured === 0) return false;
  return Math.abs(one.measured / one.published - other.measured / other.published) <= likeShare;
};

/** Returns the relative change between two numbers; null if one is unknown or the first is 0. */
export const changeBetween = (before: number | null, now: number | null): number | null =>
  before === null || now === null || before === 0 ? null : now / before - 1;
