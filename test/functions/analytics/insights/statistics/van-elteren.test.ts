import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shiftOf, type Stratum, vanElteren } from '#functions/analytics/insights/statistics/van-elteren.ts';
import fixtures from '../fixtures.json' with { type: 'json' };

const values = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 8 });
const strata: fc.Arbitrary<Stratum[]> = fc.array(fc.record({ present: values, absent: values }), { maxLength: 6 });

describe('the stratified rank-sum test', () => {
  test.each(fixtures.ranked)("matches SciPy's ranks, z $z", ({ strata: given, z, pValue, mannWhitney }) => {
    const found = vanElteren(given);
    expect(found.z).toBeCloseTo(z, 10);
    expect(found.pValue).toBeCloseTo(pValue, 6);
    if (mannWhitney !== null) expect(found.pValue).toBeCloseTo(mannWhitney, 6);
  });

  test('changes sign when present and absent are swapped, but not with the order or level of strata', () => {
    fc.assert(
      fc.property(strata, (given) => {
        const { z } = vanElteren(given);
        const swapped = given.map(({ present, absent }) => ({ present: absent, absent: present }));
        expect(vanElteren(swapped).z).toBeCloseTo(-z, 9);
        const moved = given.map(({ present, absent }, place) => ({
          present: present.map((value) => value + 1_000 * place).reverse(),
          absent: absent.map((value) => value + 1_000 * place),
        }));
        expect(vanElteren(moved.reverse()).z).toBeCloseTo(z, 9);
      }),
    );
  });

  test('has z 0 and no shift if nothing can be compared', () => {
    expect(vanElteren([]).z).toBe(0);
    expect(vanElteren([]).pValue).toBeCloseTo(1, 6);
    expect(vanElteren([{ present: [1, 2], absent: [] }])).toMatchObject({ z: 0 });
    expect(vanElteren([{ present: [1, 1], absent: [1] }])).toMatchObject({ z: 0 });
    expect(shiftOf([{ present: [], absent: [1] }], 0.05)).toBeNull();
  });
});

describe('the shift', () => {
  test.each(fixtures.ranked.filter(({ low }) => low !== null))(
    'has the interval of all shifts that the test does not reject',
    (given) => {
      const found = shiftOf(given.strata, 0.05);
      expect(found?.low).toBeCloseTo(given.low ?? NaN, 9);
      expect(found?.high).toBeCloseTo(given.high ?? NaN, 9);
    },
  );

  test('lies in its interval, which a smaller level widens, and moves with the values', () => {
    fc.assert(
      fc.property(strata, fc.integer({ min: -20, max: 20 }), (given, by) => {
        const [one, wide] = [shiftOf(given, 0.05), shiftOf(given, 0.001)];
        fc.pre(one !== null && wide !== null);
        expect(one.low).toBeLessThanOrEqual(one.shift);
        expect(one.high).toBeGreaterThanOrEqual(one.shift);
        expect(wide.low).toBeLessThanOrEqual(one.low);
        expect(wide.high).toBeGreaterThanOrEqual(one.high);
        const moved = given.map(({ present, absent }) => ({ present: present.map((value) => value + by), absent }));
        expect(shiftOf(moved, 0.05)?.shift).toBe(one.shift + by);
      }),
    );
  });
});
