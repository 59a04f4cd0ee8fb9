import { binomialDistribution } from 'simple-statistics';

/** Below this p-value a sample is lopsided (Fabijan and others, Diagnosing Sample Ratio Mismatch, KDD 2019). */
export const sampleRatioAlpha = 0.001;

/**
 * Exact two-sided p-value of two numbers that a fair coin should have split: the binomial test. Both tails are alike at
 * 1/2, so twice the smaller one.
 */
export const evenSplitPValue = (one: number, other: number): number => {
  if (one === other) return 1;
  const chances = binomialDistribution(one + other, 0.5);
  // Beyond the cells that the library can hold; a campaign has 2,000 slots.
  if (!chances) throw new RangeError(`${one + other} is too many for an exact test`);
  const tail = chances.slice(0, Math.min(one, other) + 1).reduce((sum, chance) => sum + chance, 0);
  return Math.min(1, 2 * tail);
};
