import { binomialDistribution } from 'simple-statistics';

/**
 * P-value below which a sample ratio is a mismatch (Fabijan and others, Diagnosing Sample Ratio Mismatch, KDD 2019).
 */
export const sampleRatioAlpha = 0.001;

/**
 * Exact two-sided p-value of two counts under an even split: the binomial test. The distribution is symmetric at 1/2,
 * so it is twice the smaller tail.
 */
export const evenSplitPValue = (one: number, other: number): number => {
  if (one === other) return 1;
  const chances = binomialDistribution(one + other, 0.5);
  // More than the library can compute; a campaign has at most 2,000 slots.
  if (!chances) throw new RangeError(`${one + other} is too many for an exact test`);
  const tail = chances.slice(0, Math.min(one, other) + 1).reduce((sum, chance) => sum + chance, 0);
  return Math.min(1, 2 * tail);
};
