import { mean, sampleVariance } from 'simple-statistics';
import type { Pair } from './sign-process.ts';

/** The sequence is asymptotic: with fewer blocks it says nothing. */
export const fewestBlocks = 10;

/** The sequence is tightest at this many blocks. Fixed beforehand: it must not follow the data. */
const tightestAt = 100;

/**
 * A block says something about a ratio only with this many counts in both of its posts together: below, the 1/2 that is
 * added to each pulls the ratio towards 1.
 */
const fewestCounts = 5;

/**
 * Half the width, after `n` observations of this variance, of a (1 - alpha) confidence sequence for a mean: valid at every
 * n at once, asymptotically. Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and
 * asymptotic confidence sequences, arXiv 2103.06476 v7, equation 9; rho for the tightest n by equation 161.
 */
export const halfWidth = ({
  n,
  variance,
  alpha,
  tightestAt: best,
}: {
  n: number;
  variance: number;
  alpha: number;
  tightestAt: number;
}): number => {
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / best;
  const spread = n * rho2 + 1;
  return Math.sqrt(((variance * 2 * spread) / (n ** 2 * rho2)) * Math.log(Math.sqrt(spread) / alpha));
};

/**
 * Relative lift of the variant over the control (0.2: 20 % more a post) with its confidence sequence: the mean over blocks
 * of the difference of the logarithms, log((v + 1/2) / (c + 1/2)), the 1/2 for posts without a count (J. B. S. Haldane,
 * Ann. Hum. Genet. 20, 1956). Null before ten blocks that have something to say, and while all of them say the same.
 */
export const effectOf = (
  pairs: readonly Pair[],
  alpha: number,
): { lift: number; low: number; high: number; blocks: number } | null => {
  const differences = pairs
    .filter(({ variant, control }) => variant + control >= fewestCounts)
    .map(({ variant, control }) => Math.log((variant + 0.5) / (control + 0.5)));
  if (differences.length < fewestBlocks) return null;
  const variance = sampleVariance(differences);
  if (variance === 0) return null;
  const center = mean(differences);
  const half = halfWidth({ n: differences.length, variance, alpha, tightestAt });
  return {
    lift: Math.expm1(center),
    low: Math.expm1(center - half),
    high: Math.expm1(center + half),
    blocks: differences.length,
  };
};
