import { describe, expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import type { ObservedPost } from '#functions/analytics/domain/observed-post.ts';
import { TimeRule } from '#functions/analytics/domain/time-rule.ts';
import { bestTimes } from '#functions/analytics/insights/best-times.ts';
import { cellEffects, drawCells } from '#functions/analytics/insights/cell-effects.ts';
import { type TimedValue, timeModel } from '#functions/analytics/insights/partial-pooling.ts';
import { proposeTimes } from '#functions/analytics/insights/propose-times.ts';
import { rankTimes } from '#functions/analytics/insights/rank-times.ts';
import { randomOf } from '#functions/analytics/insights/statistics/seeded-random.ts';
import { bandOf, cellIndex, isPermitted, timeCells } from '#functions/analytics/insights/time-cells.ts';
import { dayMs, hourMs } from '#shared/time.ts';
import fixtures from './fixtures.json' with { type: 'json' };
import { accountId, after, life, observed, seeds, share, shuffled, start } from './simulated.ts';

const options = {
  accountId: accountId(1),
  metric: 'engagements',
  timeZone: 'UTC',
  rules: [],
  now: after(26),
} as const;

const isEvening = (at: Date): boolean => bandOf(at.getUTCHours()) === bandOf(18);

const timesOf = (answer: InsightAnswer) =>
  answer.outcome === 'found'
    ? answer.insights.flatMap(({ details }) => (details.kind === 'best_time' ? details.times : []))
    : [];

describe('the model', () => {
  test.each(fixtures.models)(
    'matches the posterior computed with dense covariances (own and others)',
    ({ own, others, mean, sd }) => {
      const model = timeModel(own, others);
      const counts = timeCells.map((cell) => own.filter((row) => cellIndex(row) === cellIndex(cell)).length);
      const effects = cellEffects(
        model,
        counts.map((count) => count / own.length),
      );
      for (const [cell, effect] of effects.entries()) {
        expect(effect.mean).toBeCloseTo(mean[cell] ?? NaN, 5);
        expect(effect.sd).toBeCloseTo(sd[cell] ?? NaN, 5);
      }
    },
  );

  test('draws from its posterior', () => {
    const [fixture] = fixtures.models;
    const model = timeModel(fixture?.own ?? [], []);
    const effects = cellEffects(
      model,
      timeCells.map(() => 1 / timeCells.length),
    );
    const random = randomOf('draws');
    const draws = Array.from({ length: 1_500 }, () => {
      const cells = drawCells(model, random);
      const average = cells.reduce((sum, each) => sum + each, 0) / cells.length;
      return cells.map((each) => each - average);
    });
    for (const [cell, { mean, sd }] of effects.entries()) {
      const values = draws.map((draw) => draw[cell] ?? NaN);
      const center = values.reduce((sum, each) => sum + each, 0) / values.length;
      const variance = values.reduce((sum, each) => sum + (each - center) ** 2, 0) / values.length;
      expect(Math.abs(center - mean)).toBeLessThan((5 * sd) / Math.sqrt(values.length));
      expect(Math.sqrt(variance) / sd).toBeGreaterThan(0.9);
      expect(Math.sqrt(variance) / sd).toBeLessThan(1.1);
    }
  });
});

describe('best times', () => {
  // Of 60 accounts 75 % get a time, and none a wrong one.
  test('of 20 restless accounts whose evenings get 2.5 times as much are evenings', () => {
    const found = seeds(20, 'evening').map((seed) => {
      const posts = life({ seed, effect: ({ at }) => (isEvening(at) ? Math.log(2.5) : 0) });
      const better = timesOf(bestTimes(posts, options)).filter(({ verdict }) => verdict === 'better');
      return { any: better.length > 0, right: better.every(({ hourBand }) => hourBand === bandOf(18)) };
    });
    expect(share(found, ({ any }) => any)).toBeGreaterThan(0.5);
    expect(share(found, ({ right }) => right)).toBeGreaterThan(0.95);
  });

  // Of 200 accounts none gets a time.
  test('are invented for at most 5 % of 20 restless accounts without one', () => {
    const outcomes = seeds(20, 'none').map((seed) => bestTimes(life({ seed, weeks: 16 }), options).outcome);
    expect(share(outcomes, (outcome) => outcome === 'found')).toBeLessThanOrEqual(0.05);
    expect(outcomes).not.toContain('not_enough_data');
  });

  // They do so in all of 100 accounts.
  test('have intervals that cover the true lift of all times at once in at least 95 % of 12 accounts', () => {
    const evening = Math.log(1.6);
    const held = seeds(12, 'interval').map((seed) => {
      const posts = life({ seed, effect: ({ at }) => (isEvening(at) ? evening : 0) });
      const ranking = rankTimes(posts, options);
      if (ranking.outcome === 'not_enough_data') return false;
      const total = ranking.occurrences.reduce((sum, each) => sum + each, 0);
      const evenings = timeCells
        .filter(({ hourBand }) => hourBand === bandOf(18))
        .reduce((sum, cell) => sum + (ranking.occurrences[cellIndex(cell)] ?? 0), 0);
      const average = (evening * evenings) / total;
      return ranking.times.every(({ hourBand, low, high }) => {
        const truth = Math.expm1((hourBand === bandOf(18) ? evening : 0) - average);
        return low <= truth && truth <= high;
      });
    });
    expect(share(held, Boolean)).toBeGreaterThanOrEqual(0.95);
  });

  test('conform to the schema, with a statement, evidence and an expiry', () => {
    const posts = life({ seed: 'schema', noise: 'calm', effect: ({ at }) => (isEvening(at) ? 1 : 0) });
    const answer = InsightAnswer.parse(bestTimes(posts, options));
    expect(answer.outcome).toBe('found');
    if (answer.outcome !== 'found') return;
    const [insight] = answer.insights;
    expect(insight?.statement).toMatch(/^Posts on \w+days from 18:00 to 21:00 \(UTC\) got about \d+% more/);
    expect(insight?.basedOn.posts).toBe(posts.length);
    expect(insight?.validUntil).toBe(new Date(options.now.getTime() + 28 * dayMs).toISOString());
    const evidence = posts.filter(({ postId }) => insight?.evidence.postIds.includes(postId));
    expect(evidence.length).toBeGreaterThanOrEqual(4);
    expect(evidence.every(({ publishedAt }) => isEvening(new Date(publishedAt)))).toBe(true);
  });

  test('follow the local clock: the same wall time in winter and summer is one time', () => {
    // 18:00 in New York is 23:00 UTC in winter and 22:00 in summer.
    const posts = Array.from({ length: 26 * 14 }, (_, place): ObservedPost => {
      const at = new Date(start.getTime() + Math.floor(place / 2) * dayMs);
      const winter = at < new Date('2026-03-08T12:00:00Z');
      const hour = place % 2 === 0 ? (winter ? 23 : 22) : winter ? 15 : 14;
      return observed(new Date(at.getTime() + hour * hourMs), place % 2 === 0 ? 300 + (place % 7) : 100 + (place % 5));
    });
    const times = timesOf(bestTimes(posts, { ...options, timeZone: 'America/New_York' }));
    expect(new Set(times.map(({ hourBand }) => hourBand))).toEqual(new Set([bandOf(18), bandOf(10)]));
    expect(times.filter(({ verdict }) => verdict === 'better').map(({ hourBand }) => hourBand)).toEqual(
      Array.from({ length: 7 }, () => bandOf(18)),
    );
  });

  test('do not depend on post order, repeated posts or immature posts', () => {
    const posts = life({ seed: 'order', effect: ({ at }) => (isEvening(at) ? 1 : 0) });
    const young = posts
      .slice(0, 50)
      .map((post) => ({ ...observed(post.publishedAt, 9_999), measuredAt: post.publishedAt }));
    const others = life({ seed: 'other', account: 2 });
    const expected = bestTimes([...posts, ...others], options);
    expect(expected.outcome).toBe('found');
    expect(bestTimes(shuffled([...posts, ...others, ...posts.slice(0, 40), ...young], 'x'), options)).toEqual(expected);
  });

  test('are not found because of a single day with fifty viral posts', () => {
    const calm = life({ seed: 'burst', noise: 'calm', perDay: 1 });
    const day = new Date(start.getTime() + 70 * dayMs + 18 * hourMs);
    const burst = Array.from({ length: 50 }, (_, place) => observed(new Date(day.getTime() + place * 60_000), 100_000));
    expect(bestTimes([...calm, ...burst], options).outcome).toBe('nothing_found');
  });
});

describe('not enough data', () => {
  test('is the answer to no posts, few posts and posts of few weeks, with what is needed', () => {
    const none = bestTimes([], options);
    expect(none).toMatchObject({
      outcome: 'not_enough_data',
      has: { posts: 0, days: 0 },
      needs: { posts: 30, days: 28 },
    });
    const short = life({ seed: 'short', weeks: 3, perDay: 5 });
    expect(bestTimes(short, options)).toMatchObject({ outcome: 'not_enough_data', needs: { days: 28 } });
    const few = life({ seed: 'few', weeks: 26, perDay: 2 }).filter((_, place) => place % 20 === 0);
    const answer = InsightAnswer.parse(bestTimes(few, options));
    expect(answer).toMatchObject({ outcome: 'not_enough_data', has: { posts: few.length } });
    expect('statement' in answer && answer.statement).toMatch(
      new RegExp(`at least \\d+ posts over 28 days, at least three days old\\. Available: ${few.length} posts over`),
    );
  });

  test('is the answer if posts are spread over too many times', () => {
    const spread = timeCells.map((_, cell) => observed(new Date(start.getTime() + cell * (dayMs + 3 * hourMs)), 10));
    expect(bestTimes(spread, options)).toMatchObject({
      outcome: 'not_enough_data',
      has: { posts: 56 },
      needs: { posts: 56 * 4 },
    });
  });
});

describe('other accounts of the workspace', () => {
  const evening = ({ at }: { at: Date }) => (isEvening(at) ? 1 : 0);

  /** Observations over six bands, one a day; those of the evening are 1 higher. */
  const spread = (seed: string, count: number): TimedValue[] => {
    const { uniform, normal } = randomOf(seed);
    return Array.from({ length: count }, (_, day) => {
      const [weekday, hourBand] = [1 + Math.floor(uniform() * 7), 2 + Math.floor(uniform() * 6)];
      return { weekday, hourBand, group: `${seed}/${day}`, value: (hourBand === bandOf(18) ? 1 : 0) + normal() };
    });
  };

  test('improve the estimates of an account with 40 posts by at least a tenth', () => {
    const squares = seeds(8, 'newcomer').map((seed) => {
      const [own, others] = [spread(seed, 40), spread(`other ${seed}`, 400)];
      const shares = timeCells.map((cell) => own.filter((each) => cellIndex(each) === cellIndex(cell)).length / 40);
      const truth = timeCells.map(({ hourBand }) => (hourBand === bandOf(18) ? 1 : 0));
      const average = truth.reduce<number>((sum, each, cell) => sum + each * (shares[cell] ?? 0), 0);
      return [[], others].map((more) =>
        cellEffects(timeModel(own, more), shares).reduce(
          (sum, { mean }, cell) => sum + (shares[cell] ?? 0) * (mean - (truth[cell] ?? 0) + average) ** 2,
          0,
        ),
      );
    });
    const [alone = NaN, helped = NaN] = [0, 1].map((which) =>
      Math.sqrt(squares.reduce((sum, each) => sum + (each[which] ?? NaN), 0)),
    );
    expect(helped).toBeLessThan(0.9 * alone);
  });

  test('hardly affect an account with many posts', () => {
    const others = [2, 3, 4].flatMap((account) => life({ seed: `other ${account}`, account, effect: evening }));
    const many = life({ seed: 'old hand', weeks: 52, noise: 'calm', hours: [9, 18] });
    expect(bestTimes([...many, ...others], options).outcome).toBe('nothing_found');
    const [alone, beside] = [many, [...many, ...others]].map((posts) => {
      const ranking = rankTimes(posts, options);
      return ranking.outcome === 'ranked' ? Math.max(...ranking.times.map(({ lift }) => lift)) : NaN;
    });
    expect(Math.abs((beside ?? NaN) - (alone ?? NaN))).toBeLessThan(0.05);
  });
});

describe('posting rules', () => {
  const sundays = TimeRule.parse({ weekdays: [7] });
  const nights = TimeRule.parse({ fromHour: 0, untilHour: 8 });

  test('exclude every band that they touch', () => {
    const permitted = timeCells.filter((cell) => isPermitted(cell, [sundays, nights]));
    expect(permitted).toHaveLength(6 * 5);
    expect(permitted.some(({ weekday }) => weekday === 7)).toBe(false);
    expect(Math.min(...permitted.map(({ hourBand }) => hourBand))).toBe(3);
    expect(isPermitted({ weekday: 1, hourBand: 2 }, [TimeRule.parse({ fromHour: 9, untilHour: 10 })])).toBe(true);
    expect(isPermitted({ weekday: 1, hourBand: 3 }, [TimeRule.parse({ fromHour: 9, untilHour: 10 })])).toBe(false);
  });

  test('that exclude nothing or are invalid are rejected', () => {
    expect(TimeRule.safeParse({}).success).toBe(false);
    expect(TimeRule.safeParse({ fromHour: 9, untilHour: 9 }).success).toBe(false);
    expect(TimeRule.safeParse({ weekdays: [8] }).success).toBe(false);
  });

  test('override what the data say', () => {
    const posts = life({ seed: 'rules', noise: 'calm', effect: ({ at }) => (isEvening(at) ? 1 : 0) });
    const evenings = TimeRule.parse({ fromHour: 18, untilHour: 21 });
    const free = timesOf(bestTimes(posts, options));
    const ruled = timesOf(bestTimes(posts, { ...options, rules: [sundays] }));
    expect(ruled).toEqual(free.filter(({ weekday }) => weekday !== 7));
    expect(bestTimes(posts, { ...options, rules: [evenings] }).outcome).toBe('nothing_found');
    const all = bestTimes(posts, { ...options, rules: [TimeRule.parse({ weekdays: [1, 2, 3, 4, 5, 6, 7] })] });
    expect(all.outcome).toBe('nothing_found');
    expect('statement' in all && all.statement).toContain('rules exclude');
    const proposed = proposeTimes(posts, { ...options, rules: [sundays, evenings], count: 56, seed: 's' });
    expect(proposed).toHaveLength(6 * 7);
  });
});

describe('proposals', () => {
  const effect = ({ at }: { at: Date }) => (isEvening(at) ? 0.7 : 0);
  const posts = life({ seed: 'proposals', effect, hours: [9, 12, 18] });
  const propose = (seed: string, count = 5) => proposeTimes(posts, { ...options, count, seed });

  test('are reproducible by their seed and name each time once', () => {
    expect(propose('a')).toEqual(propose('a'));
    expect(propose('a')).not.toEqual(propose('b'));
    expect(new Set(propose('a', 20).map(cellIndex)).size).toBe(20);
  });

  test('prefer better times and mix in rarely tried ones', () => {
    const proposed = seeds(30, 'week').flatMap((seed) => propose(seed));
    expect(share(proposed, ({ hourBand }) => hourBand === bandOf(18))).toBeGreaterThan(0.4);
    const explored = share(proposed, ({ reason }) => reason === 'exploration');
    expect(explored).toBeGreaterThan(0.05);
    expect(explored).toBeLessThan(0.4);
    expect(proposed.every(({ reason, occurrences }) => (reason === 'exploration') === occurrences < 4)).toBe(true);
  });

  test('move away from a habit that is worse than times never tried', () => {
    // At first only mornings, though evenings would get four times as much; each week's proposals are followed.
    const truth = ({ at }: { at: Date }) => (isEvening(at) ? Math.log(4) : 0);
    let known = life({ seed: 'habit', weeks: 10, perDay: 1, hours: [9], noise: 'calm', effect: truth });
    let evenings = 0;
    for (let week = 10; week < 40; week += 1) {
      const next = proposeTimes(known, { ...options, count: 7, seed: `week ${week}` });
      const published = next.map(({ weekday, hourBand }, place) => {
        const at = new Date(
          start.getTime() + (week * 7 + weekday - 1) * dayMs + hourBand * 3 * hourMs + place * 60_000,
        );
        return observed(at, Math.round(500 * Math.exp(truth({ at }))));
      });
      if (week >= 30) evenings += next.filter(({ hourBand }) => hourBand === bandOf(18)).length;
      known = [...known, ...published];
    }
    expect(evenings / 70).toBeGreaterThan(0.7);
  });

  test('prefer the least tried times if there is not enough data', () => {
    const few = [observed('2026-01-05T09:00:00Z', 4), observed('2026-01-06T09:00:00Z', 4)];
    const proposed = proposeTimes(few, { ...options, count: 56, seed: 'few' });
    expect(proposed).toHaveLength(56);
    expect(proposed.slice(-2).map(({ occurrences }) => occurrences)).toEqual([1, 1]);
    expect(proposeTimes([], { ...options, count: 3, seed: 'none' })).toHaveLength(3);
  });
});
