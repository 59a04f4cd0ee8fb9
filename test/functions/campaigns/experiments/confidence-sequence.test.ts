import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectOf, fewestBlocks, halfWidth } from '#functions/campaigns/experiments/confidence-sequence.ts';
import type { Pair } from '#functions/campaigns/experiments/sign-process.ts';
import fixtures from './fixtures.json' with { type: 'json' };

const { a, b, intervals } = fixtures.growthbook;
type Sums = typeof a;

const meanOf = ({ sum, n }: Sums): number => sum / n;
const varianceOf = ({ sum, sumOfSquares, n }: Sums): number => (sumOfSquares - sum ** 2 / n) / (n - 1);

/** GrowthBook's relative effect of b over a, and its variance by the delta method. */
const relative = {
  expected: (meanOf(b) - meanOf(a)) / meanOf(a),
  variance: varianceOf(b) / (meanOf(a) ** 2 * b.n) + (varianceOf(a) * meanOf(b) ** 2) / (meanOf(a) ** 4 * a.n),
};

describe('the half-width of the sequence', () => {
  const n = a.n + b.n;
  const widthAt = (alpha: number, tightestAt: number): number =>
    halfWidth({ n, variance: relative.variance * n, alpha, tightestAt });

  test("matches GrowthBook's example: 0.50336, from -0.55844 to 1.56516", () => {
    expect(relative.expected).toBeCloseTo(0.50336, 5);
    expect(relative.expected - widthAt(0.05, 1_000)).toBeCloseTo(-0.55844, 5);
    expect(relative.expected + widthAt(0.05, 1_000)).toBeCloseTo(1.56516, 5);
  });

  test.each(intervals)(
    'matches gbstats at alpha $alpha, tightest at $tightestAt',
    ({ alpha, tightestAt, low, high }) => {
      expect(relative.expected - widthAt(alpha, tightestAt)).toBeCloseTo(low, 10);
      expect(relative.expected + widthAt(alpha, tightestAt)).toBeCloseTo(high, 10);
    },
  );

  const sequences = fc.record({
    n: fc.integer({ min: 10, max: 5_000 }),
    variance: fc.double({ min: 0.01, max: 10, noNaN: true }),
    alpha: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
    tightestAt: fc.integer({ min: 10, max: 1_000 }),
  });

  test('shrinks with more blocks, grows with confidence and variance, and is wider than for a single look', () => {
    fc.assert(
      fc.property(sequences, (given) => {
        const width = halfWidth(given);
        expect(halfWidth({ ...given, n: given.n + 1 })).toBeLessThan(width);
        expect(halfWidth({ ...given, alpha: given.alpha / 2 })).toBeGreaterThan(width);
        expect(halfWidth({ ...given, variance: given.variance * 4 })).toBeCloseTo(2 * width, 9);
        // A lower bound of the normal quantile at 1 - alpha / 2, for alpha up to 0.2.
        expect(width).toBeGreaterThan(1.28 * Math.sqrt(given.variance / given.n));
      }),
    );
  });

  test('is tightest, relative to the width of a single look, about where it was tuned', () => {
    const ratioAt = (n: number) => halfWidth({ n, variance: 1, alpha: 0.05, tightestAt: 100 }) * Math.sqrt(n);
    expect(ratioAt(100)).toBeLessThan(ratioAt(50));
    expect(ratioAt(100)).toBeLessThan(ratioAt(200));
  });
});

describe('the effect', () => {
  const pairs: fc.Arbitrary<Pair[]> = fc.array(
    fc.record({ block: fc.constant('slt_1'), variant: fc.nat(5_000), control: fc.nat(5_000) }),
    { minLength: 12, maxLength: 60 },
  );
  const level = (count: number, variant: number, control: number): Pair[] =>
    Array.from({ length: count }, (_, place) => ({ block: `slt_${place}`, variant: variant + place, control }));

  test('is reported from ten blocks on', () => {
    expect(fewestBlocks).toBe(10);
    expect(effectOf(level(9, 120, 100), 0.05)).toBeNull();
    expect(effectOf(level(10, 120, 100), 0.05)).toMatchObject({ blocks: 10 });
  });

  test('ignores nearly empty blocks, and is null if all blocks are the same', () => {
    expect(effectOf([...level(9, 120, 100), ...level(50, 0, 0).slice(0, 4)], 0.05)).toBeNull();
    const empty = Array.from({ length: 200 }, (_, place) => ({ block: `slt_${place}`, variant: 0, control: 0 }));
    expect(effectOf(empty, 0.05)).toBeNull();
    expect(
      effectOf(
        empty.map((pair) => ({ ...pair, variant: 50, control: 50 })),
        0.05,
      ),
    ).toBeNull();
  });

  test('is the geometric mean of the ratios, within its interval, which a smaller alpha widens', () => {
    fc.assert(
      fc.property(pairs, (counted) => {
        const [wide, narrow] = [effectOf(counted, 0.01), effectOf(counted, 0.05)];
        fc.pre(wide !== null && narrow !== null);
        const counting = counted.filter(({ variant, control }) => variant + control >= 5);
        const logs = counting.map(({ variant, control }) => Math.log((variant + 0.5) / (control + 0.5)));
        const center = logs.reduce((sum, each) => sum + each, 0) / logs.length;
        expect(narrow.lift).toBeCloseTo(Math.exp(center) - 1, 6);
        expect(narrow.low).toBeLessThanOrEqual(narrow.lift);
        expect(narrow.high).toBeGreaterThanOrEqual(narrow.lift);
        expect(wide.low).toBeLessThan(narrow.low);
        expect(wide.high).toBeGreaterThan(narrow.high);
        expect(narrow.low).toBeGreaterThanOrEqual(-1);
      }),
    );
  });

  test('is inverted when variant and control are swapped', () => {
    fc.assert(
      fc.property(pairs, (counted) => {
        const one = effectOf(counted, 0.05);
        const other = effectOf(
          counted.map(({ block, variant, control }) => ({ block, variant: control, control: variant })),
          0.05,
        );
        fc.pre(one !== null && other !== null);
        expect(Math.log1p(other.lift)).toBeCloseTo(-Math.log1p(one.lift), 9);
        expect(Math.log1p(other.low)).toBeCloseTo(-Math.log1p(one.high), 9);
      }),
    );
  });
});
