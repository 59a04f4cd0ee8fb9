import { median, medianAbsoluteDeviation } from 'simple-statistics';

/**
 * The level of an account is the mean over this many days before and after, and at least this many neighbours on each
 * side.
 */
const levelDays = 14;
const levelNeighbours = 7;

/** Factor from the median absolute deviation to the standard deviation of normally distributed values. */
export const madToSd = 1.4826;

/** Values beyond this many robust standard deviations are clipped. */
const furthest = 3;

/**
 * Returns how far each value is from the level of its account at that time: accounts grow, and their posting times
 * change with them. The value itself is part of the level, so with few neighbours the distance is too small rather than
 * too large.
 * @param all in order of time
 */
const aroundLevel = (all: readonly { day: number; value: number }[]): number[] => {
  const sums = [0];
  for (const { value } of all) sums.push((sums.at(-1) ?? 0) + value);
  let [first, end] = [0, 0];
  return all.map(({ day, value }, place) => {
    while ((all[first]?.day ?? day) < day - levelDays) first += 1;
    while (end < all.length && (all[end]?.day ?? day) <= day + levelDays) end += 1;
    const from = Math.max(0, Math.min(first, place - levelNeighbours));
    const until = Math.min(all.length, Math.max(end, place + levelNeighbours + 1));
    return value - ((sums[until] ?? 0) - (sums[from] ?? 0)) / (until - from);
  });
};

/**
 * Returns the values relative to the level of their account, clipped to three robust standard deviations, so that one
 * viral post does not decide (P. Huber, Robust Estimation of a Location Parameter, Ann. Math. Statist. 35, 1964).
 * @param all of one account, in order of time
 */
export const levelled = (all: readonly { day: number; value: number }[]): number[] => {
  if (all.length === 0) return [];
  const around = aroundLevel(all);
  const reach = furthest * madToSd * medianAbsoluteDeviation(around);
  const center = median(around);
  return reach === 0 ? around : around.map((value) => Math.min(Math.max(value, center - reach), center + reach));
};
