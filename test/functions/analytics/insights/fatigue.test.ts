import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import type { ObservedPost } from '#functions/analytics/domain/observed-post.ts';
import { fatigue } from '#functions/analytics/insights/fatigue.ts';
import { dependenceInflation, fallingTrend, theilSen } from '#functions/analytics/insights/statistics/mann-kendall.ts';
import fixtures from './fixtures.json' with { type: 'json' };
import { accountId, after, type Life, life, seeds, share, shuffled } from './simulated.ts';

const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;

/** Every fourth post repeats one of four contents, the other ones are new. */
const contentAt = (place: number): string | null => (place % 4 === 0 ? `content ${(place / 4) % 4}` : null);

const repeating = (how: Life): { posts: ObservedPost[]; contentOf: (post: ObservedPost) => string | null } => {
  const posts = life({ weeks: 20, ...how });
  const contents = new Map(posts.map(({ postId }, place) => [postId, contentAt(place)]));
  return { posts, contentOf: ({ postId }) => contents.get(postId) ?? null };
};

const fatigueOf = ({ posts, contentOf }: ReturnType<typeof repeating>) =>
  fatigue(posts, { accountId: accountId(1), metric: 'engagements', timeZone: 'UTC', contentOf, now: after(20) });

const detailsOf = (answer: InsightAnswer) =>
  answer.outcome === 'found'
    ? answer.insights.flatMap(({ details }) => (details.kind === 'fatigue' ? [details] : []))
    : [];

/** The first content, which returns every 16 posts, loses 15 % each time. */
const tired: Life['effect'] = ({ place }) => (place % 16 === 0 ? (place / 16) * Math.log(0.85) : 0);

describe('the trend', () => {
  test.each(fixtures.trends)(
    "matches SciPy's tau, p-value and slope ($slope)",
    ({ values, tau, pValue, slope, low, high }) => {
      const trend = fallingTrend(values);
      expect(trend.tau).toBeCloseTo(tau, 10);
      expect(trend.pValue).toBeCloseTo(pValue, 6);
      const line = theilSen(values, 0.05);
      expect([line.slope, line.low, line.high].map(rounded)).toEqual([slope, low, high].map(rounded));
    },
  );

  test.each(fixtures.dependent)(
    'is adjusted for dependence like that of pymannkendall ($inflation)',
    ({ values, inflation }) => {
      expect(dependenceInflation(values)).toBeCloseTo(inflation, 2);
    },
  );

  test('is less certain if neighbours depend on each other', () => {
    const steps = Array.from({ length: 40 }, (_, place) => Math.floor((39 - place) / 10) + ((place * 7) % 10) / 100);
    const waves = steps.map((step, place) => step + 3 * Math.sin(place / 4));
    expect(dependenceInflation(waves)).toBeGreaterThan(2);
    expect(fallingTrend(waves).pValue).toBeGreaterThan(0.01);
  });

  test('is significant if every value is lower, but not if values rise or stay the same', () => {
    expect(fallingTrend([5, 4, 3, 2, 1])).toMatchObject({ tau: -1 });
    expect(fallingTrend([5, 4, 3, 2, 1]).pValue).toBeCloseTo(1 / 120, 12);
    expect(fallingTrend([1, 2, 3, 4, 5])).toMatchObject({ tau: 1 });
    expect(fallingTrend([1, 2, 3, 4, 5]).pValue).toBeCloseTo(1, 12);
    expect(fallingTrend([3, 3, 3])).toEqual({ tau: 0, pValue: 1 });
  });

  test('has p-values that are uniform or larger for values in random order', () => {
    const values = fc.uniqueArray(fc.integer(), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(values, (five) => {
        const orders = permutations(five).map((order) => fallingTrend(order).pValue);
        for (const level of [0.01, 0.05, 0.2, 0.5]) {
          expect(share(orders, (pValue) => pValue <= level)).toBeLessThanOrEqual(level + 1e-12);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('has the slope of a straight line, whatever its offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9, max: 9 }),
        fc.integer(),
        fc.integer({ min: 3, max: 40 }),
        (slope, offset, n) => {
          const line = Array.from({ length: n }, (_, place) => offset + slope * place);
          expect(theilSen(line, 0.05)).toEqual({ slope, low: slope, high: slope });
        },
      ),
    );
  });
});

const permutations = (all: readonly number[]): number[][] =>
  all.length <= 1
    ? [[...all]]
    : all.flatMap((each, place) => permutations(all.toSpliced(place, 1)).map((rest) => [each, ...rest]));

describe('fatigue', () => {
  test('planted in one of four contents is found in more than 80 % of 50 restless accounts, and only there', () => {
    const found = seeds(50, 'tired').map((seed) => detailsOf(fatigueOf(repeating({ seed, effect: tired }))));
    expect(share(found, (all) => all.some(({ content }) => content === 'content 0'))).toBeGreaterThan(0.8);
    expect(share(found, (all) => all.some(({ content }) => content !== 'content 0'))).toBeLessThanOrEqual(0.06);
    const changes = found.flatMap((all) =>
      all.flatMap((each) => (each.content === 'content 0' ? [each.changePerRepetition] : [])),
    );
    expect(changes.reduce((sum, each) => sum + each, 0) / changes.length).toBeCloseTo(-0.15, 1);
  });

  // Of 200 accounts 2.5 %.
  test('is invented for at most 5 % of 60 restless accounts', () => {
    const outcomes = seeds(60, 'fresh').map((seed) => fatigueOf(repeating({ seed })).outcome);
    expect(outcomes).not.toContain('not_enough_data');
    expect(share(outcomes, (outcome) => outcome === 'found')).toBeLessThanOrEqual(0.05);
  });

  test('is found in at most 10 % of 40 accounts that decline as a whole', () => {
    const found = seeds(40, 'shrinking').map(
      (seed) => fatigueOf(repeating({ seed, noise: 'calm', effect: ({ week }) => -0.15 * week })).outcome,
    );
    expect(share(found, (outcome) => outcome === 'found')).toBeLessThanOrEqual(0.1);
  });

  test('is reported with its interval and its adjustment', () => {
    const answer = InsightAnswer.parse(fatigueOf(repeating({ seed: 'told', noise: 'calm', effect: tired })));
    const [details] = detailsOf(answer);
    expect(details).toMatchObject({ content: 'content 0', isAdjusted: true, questions: 4 });
    expect(details?.low).toBeLessThan(details?.changePerRepetition ?? NaN);
    expect(details?.high).toBeLessThan(0);
    const statement = answer.outcome === 'found' ? answer.insights[0]?.statement : '';
    expect(statement).toMatch(
      /^Posts from the template content 0 got about 1\d% fewer engagements with each repetition/,
    );
    expect(statement).toContain("adjusted for the results of the account's other posts");
  });

  test('is reported as unadjusted if there are no other posts', () => {
    const { posts } = repeating({
      seed: 'alone',
      noise: 'calm',
      perDay: 1,
      weeks: 4,
      effect: ({ place }) => -0.2 * place,
    });
    expect(detailsOf(fatigueOf({ posts, contentOf: () => 'the same' }))).toMatchObject([{ isAdjusted: false }]);
  });

  test('needs six repetitions', () => {
    const { posts } = repeating({ seed: 'few', weeks: 4 });
    const five = new Set(posts.slice(0, 5).map(({ postId }) => postId));
    const answer = fatigueOf({ posts, contentOf: ({ postId }) => (five.has(postId) ? 'rare' : null) });
    expect(InsightAnswer.parse(answer)).toMatchObject({
      outcome: 'not_enough_data',
      has: { posts: 5 },
      needs: { posts: 6 },
    });
    expect('statement' in answer && answer.statement).toContain(
      'at least 6 posts, at least three days old. Available: 5 posts.',
    );
    expect(fatigueOf({ posts: [], contentOf: () => null }).outcome).toBe('not_enough_data');
  });

  test('does not depend on post order or repeated posts', () => {
    const { posts, contentOf } = repeating({ seed: 'order', noise: 'calm', effect: tired });
    const expected = fatigueOf({ posts, contentOf });
    expect(expected.outcome).toBe('found');
    expect(fatigueOf({ posts: shuffled([...posts, ...posts.slice(30)], 'x'), contentOf })).toEqual(expected);
  });
});
