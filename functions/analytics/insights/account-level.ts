import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** The level of an account is the mean over this many days before and after, and over so many neighbours at least. */
const levelDays = 14;
const levelNeighbours = 7;

/** The median absolute deviation of normal numbers times this is their standard deviation. */
export const madToSd = 1.4826;

/** Beyond so many robust standard deviations a value counts as that far. */
const furthest = 3;

/**
 * How far each value lies from the level of its account at that time: accounts grow, and times of posting change with
 * them. The value itself is part of the level, so where few are near, what is left is too small rather than too large.
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
 * The values around the level of their account, the far ones drawn in to three robust standard deviations, so that one
 * post that went round the world does not decide (P. Huber, Robust Estimation of a Location Parameter, Ann. Math.
 * Statist. 35, 1964).
 * @param all of one account, in order of time
 */
export const levelled = (all: readonly { day: number; value: number }[]): number[] => {
  if (all.length === 0) return [];
  const around = aroundLevel(all);
  const reach = furthest * madToSd * medianAbsoluteDeviation(around);
  const center = median(around);
  return reach === 0 ? around : around.map((value) => Math.min(Math.max(value, center - reach), center + reach));
};
