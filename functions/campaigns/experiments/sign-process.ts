import { gammaln } from 'simple-statistics';

/** Counts of a variant and of the control in one block. */
export interface Pair {
  block: string;
  variant: number;
  control: number;
}

const logBeta = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);
const logBetaOfHalves = logBeta(0.5, 0.5);

/**
 * Logarithm of the e-value of these wins and losses: E = 2^n B(w + 1/2, n - w + 1/2) / B(1/2, 1/2), the likelihood of
 * the signs under a Beta(1/2, 1/2) mixture over that of fair coins. Under fair coins, E is a nonnegative martingale
 * that starts at 1, so it ever reaches 1/alpha with a probability of at most alpha (J. Ville, Étude critique de la
 * notion de collectif, 1939; H. Robbins, Ann. Math. Statist. 41, 1970; R. Krichevsky and V. Trofimov, IEEE Trans. Inf.
 * Theory 27, 1981). The random assignment alone makes the coins fair: heavy tails, trends and dependence between posts
 * do not matter.
 */
export const logEvidence = (wins: number, losses: number): number =>
  (wins + losses) * Math.LN2 + logBeta(wins + 0.5, losses + 0.5) - logBetaOfHalves;

/** Larger e-values are capped at this logarithm, as JSON has no infinity. */
const highestLog = 700;

/**
 * Processes blocks in the order in which they were counted. The side that leads when the evidence first reaches 1/alpha
 * has won, whatever comes later, so that looking often gives the same answer as looking once at the end.
 */
export const signProcess = (
  pairs: readonly Pair[],
  alpha: number,
): { wins: number; losses: number; ties: string[]; eValue: number; favours: 'variant' | 'control' | null } => {
  let wins = 0;
  let losses = 0;
  let highest = 0;
  let favours: 'variant' | 'control' | null = null;
  const ties: string[] = [];
  for (const { block, variant, control } of pairs) {
    if (variant === control) {
      ties.push(block);
      continue;
    }
    if (variant > control) wins += 1;
    else losses += 1;
    highest = Math.max(highest, logEvidence(wins, losses));
    if (highest >= -Math.log(alpha)) favours ??= wins > losses ? 'variant' : 'control';
  }
  return { wins, losses, ties, eValue: Math.exp(Math.min(highest, highestLog)), favours };
};
