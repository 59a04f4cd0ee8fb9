import { describe, expect, test } from 'vitest';
import { pairsToSee, powerByPairs, sightOf, smallestLift, winChance } from '#functions/campaigns/experiments/power.ts';
import { signProcess } from '#functions/campaigns/experiments/sign-process.ts';
import { experiment, threeVariants } from './simulated.ts';

describe('the power of the sign process', () => {
  test.each([
    [0.8, 0.05],
    // Here the control often wins first where the variant would have won later.
    [0.5, 0.45],
  ])('equals the count over all sequences of 14 blocks, won with chance %d, at alpha %d', (chance, alpha) => {
    const blocks = 14;
    let decided = 0;
    for (let coins = 0; coins < 2 ** blocks; coins += 1) {
      const signs = Array.from({ length: blocks }, (_, place) => (coins >> place) & 1);
      const pairs = signs.map((variant, place) => ({ block: `slt_${place}`, variant: 2 * variant, control: 1 }));
      const wins = signs.filter((sign) => sign === 1).length;
      if (signProcess(pairs, alpha).favours === 'variant') decided += chance ** wins * (1 - chance) ** (blocks - wins);
    }
    expect(powerByPairs(chance, blocks, alpha).at(-1)).toBeCloseTo(decided, 10);
  });

  test.each([0.2, 0.05, 0.025, 0.01])(
    'is at most %d without a difference, both sides together, over 1,000 looks',
    (alpha) => {
      const [power] = powerByPairs(0.5, 1_000, alpha).slice(-1);
      expect(power).toBeGreaterThan(alpha / 10);
      expect(2 * (power ?? 1)).toBeLessThanOrEqual(alpha);
    },
  );

  test('rests on a chance to win a block that grows with the lift and is one half without one', () => {
    expect(winChance(0)).toBeCloseTo(0.5, 6);
    expect(winChance(0.2)).toBeCloseTo(0.648, 3);
    expect(winChance(1)).toBeCloseTo(0.926, 3);
    expect(winChance(-0.5)).toBeCloseTo(1 - winChance(1), 6);
  });
});

describe('the smallest detectable lift', () => {
  test.each([
    [190, 0.2],
    [40, 0.5],
    [13, 1],
  ])('with %i blocks is at most %d, and not much less', (blocks, lift) => {
    const seen = smallestLift(blocks, 0.05) ?? Infinity;
    expect(seen).toBeLessThanOrEqual(lift);
    expect(seen).toBeGreaterThan(0.85 * lift);
    expect(pairsToSee(lift, 0.05)).toBeGreaterThan(0.8 * blocks);
    expect(pairsToSee(lift, 0.05)).toBeLessThanOrEqual(blocks);
  });

  test('is the smallest: a slightly smaller lift has a power below 80 %', () => {
    for (const blocks of [10, 25, 77, 200]) {
      const seen = smallestLift(blocks, 0.05) ?? 0;
      expect(powerByPairs(winChance(seen), blocks, 0.05).at(-1)).toBeGreaterThanOrEqual(0.7999);
      expect(powerByPairs(winChance(seen * 0.99), blocks, 0.05).at(-1)).toBeLessThan(0.8);
    }
  });

  test('is null below seven blocks at alpha 5 %, and grows with more variants and a restless account', () => {
    expect(smallestLift(6, 0.05)).toBeNull();
    expect(smallestLift(7, 0.05)).not.toBeNull();
    const lifts = [
      sightOf(experiment(), 60),
      sightOf(experiment({ variants: threeVariants }), 60),
      sightOf(experiment({ variants: threeVariants }), 60, 0.96),
    ].map((sight) => sight.smallestLift ?? 0);
    expect(lifts).toEqual(lifts.toSorted((one, other) => one - other));
    expect(new Set(lifts).size).toBe(3);
  });

  test('is never 1 %, which needs more blocks than a campaign has slots for', () => {
    expect(pairsToSee(0.01, 0.05)).toBeNull();
  });
});

describe('an experiment that cannot conclude', () => {
  test.each([0, 1, 6, 11])('is one with %i blocks', (blocks) => {
    expect(sightOf(experiment(), blocks)).toMatchObject({ blocks, cannotConclude: true });
  });

  test('is one with too few blocks for its number of variants', () => {
    const of = experiment({ variants: threeVariants });
    expect(sightOf(of, 13).cannotConclude).toBe(true);
    const needed = pairsToSee(1, 0.025) ?? 0;
    expect(needed).toBeGreaterThan(13);
    expect(sightOf(of, needed).cannotConclude).toBe(false);
  });

  test('is not one with 12 blocks', () => {
    expect(sightOf(experiment(), 12).cannotConclude).toBe(false);
  });
});
