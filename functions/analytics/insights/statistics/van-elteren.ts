import { sum } from 'simple-statistics';
import { ranked } from './midranks.ts';
import { normalQuantile, twoSidedPValue } from './normal-distribution.ts';

/** Observations that are alike except for the trait in question: only these are compared with each other. */
export interface Stratum {
  present: readonly number[];
  absent: readonly number[];
}

/** Returns the rank sum of a stratum minus its expectation, and its variance with and without correction for ties. */
const rankSum = ({ present, absent }: Stratum): { excess: number; variance: number; untied: number } => {
  const [m, n] = [present.length, present.length + absent.length];
  const { ranks, ties } = ranked([...present, ...absent]);
  const scale = (m * (n - m)) / 12;
  const excess = sum(ranks.slice(0, m)) - (m * (n + 1)) / 2;
  return { excess, variance: scale * (n + 1 - ties / (n * (n - 1))), untied: scale * (n + 1) };
};

const isInformative = ({ present, absent }: Stratum): boolean => present.length > 0 && absent.length > 0;

const weightOf = ({ present, absent }: Stratum): number => 1 / (present.length + absent.length + 1);

/**
 * The stratified Wilcoxon rank-sum test of P. van Elteren (On the combination of independent two sample tests of
 * Wilcoxon, Bull. Inst. Int. Statist. 37, 1960) by the normal approximation with midranks: each stratum's rank sum,
 * weighted by 1 / (n + 1). z is positive if the values with the trait are larger, and 0 if nothing can be compared.
 */
export const vanElteren = (strata: readonly Stratum[]): { z: number; pValue: number } => {
  let [excess, variance] = [0, 0];
  for (const stratum of strata.filter(isInformative)) {
    const weight = weightOf(stratum);
    const own = rankSum(stratum);
    excess += weight * own.excess;
    variance += weight ** 2 * own.variance;
  }
  const z = variance > 0 ? excess / Math.sqrt(variance) : 0;
  return { z, pValue: twoSidedPValue(z) };
};

/** The value at which the weights of the sorted values add up to `share` of all. */
const weightedQuantile = (sorted: readonly { value: number; weight: number }[], share: number): number => {
  const wanted = share * sum(sorted.map(({ weight }) => weight));
  let reached = 0;
  for (const { value, weight } of sorted) {
    reached += weight;
    if (reached >= wanted) return value;
  }
  return sorted.at(-1)?.value ?? 0;
};

/**
 * Returns the shift between values with the trait and those without, and its interval: the shifts that the test does
 * not reject, which are quantiles of the differences within strata under the strata's weights (J. Hodges and E.
 * Lehmann, Estimates of Location Based on Rank Tests, Ann. Math. Statist. 34, 1963). Null if nothing can be compared.
 * @param level of the interval's error, such as 0.05
 */
export const shiftOf = (
  strata: readonly Stratum[],
  level: number,
): { shift: number; low: number; high: number } | null => {
  const informative = strata.filter(isInformative);
  if (informative.length === 0) return null;
  const differences = informative
    .flatMap((stratum) => {
      const weight = weightOf(stratum);
      return stratum.present.flatMap((one) => stratum.absent.map((other) => ({ value: one - other, weight })));
    })
    .sort((one, other) => one.value - other.value);
  const total = sum(differences.map(({ weight }) => weight));
  const variance = sum(informative.map((stratum) => weightOf(stratum) ** 2 * rankSum(stratum).untied));
  const reach = (normalQuantile(1 - level / 2) * Math.sqrt(variance)) / total;
  return {
    shift: weightedQuantile(differences, 0.5),
    low: weightedQuantile(differences, 0.5 - reach),
    high: weightedQuantile(differences, 0.5 + reach),
  };
};
