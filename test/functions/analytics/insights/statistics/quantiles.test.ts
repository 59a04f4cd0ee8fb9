import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm } from '#functions/analytics/insights/statistics/holm-correction.ts';
import {
  normalQuantile,
  studentQuantile,
  twoSidedPValue,
} from '#functions/analytics/insights/statistics/normal-distribution.ts';
import { randomOf } from '#functions/analytics/insights/statistics/seeded-random.ts';
import fixtures from '../fixtures.json' with { type: 'json' };

describe('quantiles and p-values', () => {
  test.each(fixtures.quantiles.normal)(
    'the normal quantile at $probability matches SciPy',
    ({ probability, value }) => {
      expect(normalQuantile(probability)).toBeCloseTo(value, 2);
      expect(normalQuantile(1 - probability)).toBeCloseTo(-value, 2);
    },
  );

  test.each(fixtures.quantiles.student)(
    "Student's quantile at $probability for $degrees degrees matches SciPy",
    ({ probability, degrees, value }) => {
      expect(studentQuantile(probability, degrees)).toBeCloseTo(value, 3);
    },
  );

  test.each(fixtures.quantiles.twoSided)('the p-value of $z matches SciPy', ({ z, pValue }) => {
    expect(Math.abs(twoSidedPValue(z) - pValue)).toBeLessThan(2e-7);
  });
});

describe("Holm's correction", () => {
  test.each(fixtures.corrected)('of $raw matches statsmodels', ({ raw, holm: expected }) => {
    for (const [place, each] of holm(raw).entries()) expect(each).toBeCloseTo(expected[place] ?? NaN, 10);
  });

  test('never lowers a p-value and does not depend on the order of the questions', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(pValues, (raw) => {
        const corrected = holm(raw);
        for (const [place, each] of corrected.entries()) {
          expect(each).toBeGreaterThanOrEqual(raw[place] ?? 0);
          expect(each).toBeLessThanOrEqual(1);
        }
        expect(holm(raw.toReversed())).toEqual(corrected.toReversed());
      }),
    );
  });
});

describe('seeded numbers', () => {
  test('are reproducible by their seed', () => {
    const draw = (seed: string) => Array.from({ length: 5 }, randomOf(seed).uniform);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('are uniform and normal', () => {
    const { uniform, normal } = randomOf('many');
    const [uniforms, normals] = [uniform, normal].map((each) => Array.from({ length: 20_000 }, each));
    const mean = (all: readonly number[] = []) => all.reduce((sum, each) => sum + each, 0) / all.length;
    expect(mean(uniforms)).toBeCloseTo(0.5, 1);
    expect(mean(uniforms?.map((each) => each ** 2))).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(mean(normals))).toBeLessThan(0.03);
    expect(mean(normals?.map((each) => each ** 2))).toBeCloseTo(1, 1);
    expect(mean(normals?.map((each) => each ** 4))).toBeCloseTo(3, 0);
  });
});
