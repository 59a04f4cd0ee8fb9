import { errorFunction, probit } from 'simple-statistics';

/** Probability that a standard normal number is at most `z`. */
export const normalCdf = (z: number): number => 0.5 * (1 + errorFunction(z / Math.SQRT2));

/** Probability that a standard normal number is at least as far from 0 as `z`. */
export const twoSidedPValue = (z: number): number => Math.min(1, 2 * normalCdf(-Math.abs(z)));

const density = (z: number): number => Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Returns the quantile of the standard normal distribution: that of the library, accurate to three digits, refined by
 * two Newton steps.
 */
export const normalQuantile = (probability: number): number => {
  let z = probit(probability);
  for (let step = 0; step < 2; step += 1) z -= (normalCdf(z) - probability) / density(z);
  return z;
};

/**
 * Quantile of Student's t, for 20 degrees of freedom or more (M. Abramowitz and I. Stegun, Handbook of Mathematical
 * Functions, 1964, 26.7.5).
 */
export const studentQuantile = (probability: number, degrees: number): number => {
  const z = normalQuantile(probability);
  const second = (z ** 3 + z) / 4;
  const third = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const fourth = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + second / degrees + third / degrees ** 2 + fourth / degrees ** 3;
};
