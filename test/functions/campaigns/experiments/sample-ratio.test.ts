import { expect, test } from 'vitest';
import { evenSplitPValue, sampleRatioAlpha } from '#functions/campaigns/experiments/sample-ratio.ts';
import fixtures from './fixtures.json' with { type: 'json' };

test.each(fixtures.splits)('the exact p-value of $one against $other matches SciPy', ({ one, other, pValue }) => {
  expect(evenSplitPValue(one, other)).toBeCloseTo(pValue, 10);
  expect(evenSplitPValue(other, one)).toBeCloseTo(pValue, 10);
});

test('eleven against none is beyond chance, ten against none is not', () => {
  expect(evenSplitPValue(11, 0)).toBeCloseTo(2 / 2 ** 11, 12);
  expect(evenSplitPValue(11, 0)).toBeLessThan(sampleRatioAlpha);
  expect(evenSplitPValue(10, 0)).toBeGreaterThan(sampleRatioAlpha);
});

test('a fair coin is beyond chance at most once in a thousand, for any number of tosses', () => {
  for (const coins of [1, 10, 11, 12, 40, 100, 500]) {
    const logFactorials = Array.from({ length: coins + 1 }, () => 0);
    for (let n = 1; n <= coins; n += 1) logFactorials[n] = (logFactorials[n - 1] ?? 0) + Math.log(n);
    const logFactorial = (n: number): number => logFactorials[n] ?? 0;
    let refused = 0;
    for (let heads = 0; heads <= coins; heads += 1) {
      const ways = logFactorial(coins) - logFactorial(heads) - logFactorial(coins - heads);
      if (evenSplitPValue(heads, coins - heads) < sampleRatioAlpha) refused += Math.exp(ways - coins * Math.LN2);
    }
    expect(refused).toBeLessThanOrEqual(sampleRatioAlpha);
  }
});
