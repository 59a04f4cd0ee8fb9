import { mean, sampleVariance } from 'simple-statistics';
import type { Pair } from './sign-process.ts';

/** The sequence is asymptotic; with fewer blocks it says nothing. */
export const fewestBlocks = 10;

/** Number of blocks at which the sequence is tightest. Fixed in advance: it must not depend on the data. */
const tightestAt = 100;

/** Minimum counts in both posts of a block together: below that, the 1/2 added to each pulls the ratio towards 1. */
const fewestCounts = 5;

/**
 * Half the width, after `n` observations of this variance, of a (1 - alpha) confidence sequence for a mean, which is
 * valid at all n simultaneously, asymptotically. Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central
 * limit theory and asymptotic confidence sequences, arXiv 2103.06476 v7, equation 9; rho for the tightest n by equation
 * 161.
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
 * Relative lift of the variant over the control (0.2: 20 % more per post) with its confidence sequence: the mean over
 * blocks of the differences of logarithms, log((v + 1/2) / (c + 1/2)), with the 1/2 for posts without counts (J. B. S.
 * Haldane, Ann. Hum. Genet. 20, 1956). Null before ten blocks with enough counts, and while all of them have the same
 * ratio.
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
