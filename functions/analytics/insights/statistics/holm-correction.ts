/**
 * P-values corrected so that the probability of any false finding among all questions stays at most alpha, however they
 * depend on each other (S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 1979).
 * In the order of `pValues`.
 */
export const holm = (pValues: readonly number[]): number[] => {
  const ranked = pValues.map((pValue, place) => ({ pValue, place })).sort((one, other) => one.pValue - other.pValue);
  const corrected = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  for (const [rank, { pValue, place }] of ranked.entries()) {
    highest = Math.max(highest, Math.min(1, pValue * (pValues.length - rank)));
    corrected[place] = highest;
  }
  return corrected;
};

/** The probability of any false finding among the questions of one answer. */
export const alpha = 0.05;
