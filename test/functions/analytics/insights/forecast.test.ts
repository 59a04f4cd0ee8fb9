import fc from 'fast-check';
import { sum } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import { dailyTotals } from '#functions/analytics/insights/daily-totals.ts';
import { forecast } from '#functions/analytics/insights/forecast.ts';
import { type Goal, goalStatus, trackGoal } from '#functions/analytics/insights/goal-tracking.ts';
import { dateOf } from '#functions/analytics/insights/local-clock.ts';
import { outcomesOf } from '#functions/analytics/insights/post-outcomes.ts';
import {
  chanceOf,
  forecastSum,
  intervalOf,
  neededDays,
} from '#functions/analytics/insights/statistics/seasonal-naive.ts';
import { randomOf } from '#functions/analytics/insights/statistics/seeded-random.ts';
import { dayMs } from '#shared/time.ts';
import fixtures from './fixtures.json' with { type: 'json' };
import { accountId, life, observed, seeds, share, shuffled, start } from './simulated.ts';

const subject = { type: 'account', accountId: accountId(1) } as const;
const options = { subject, metric: 'engagements', timeZone: 'UTC' } as const;

/** A restless series with a weekly pattern, whose days depend on the days before. */
const series = (seed: string, days: number): number[] => {
  const random = randomOf(seed);
  let memory = 0;
  return Array.from({ length: days }, (_, day) => {
    memory = 0.5 * memory + 0.3 * random.normal();
    return Math.round(1_000 * (day % 7 < 5 ? 1.5 : 0.5) * Math.exp(memory + 0.3 * random.normal()));
  });
};

describe('the seasonal naive forecast', () => {
  test('repeats the last week of a growing series', () => {
    const totals = Array.from({ length: 70 }, (_, day) => day);
    for (const [horizon, expected] of [
      [1, 63],
      [7, 69],
      [8, 63],
      [15, 63],
    ] as const) {
      expect(forecastSum(totals, horizon, horizon).expected).toBe(expected);
    }
    expect(forecastSum(totals, 1, 14).expected).toBe(2 * (63 + 64 + 65 + 66 + 67 + 68 + 69));
  });

  test('of a series that repeats itself has no error', () => {
    const totals = Array.from({ length: 84 }, (_, day) => (day % 7) * 10);
    const { expected, errors } = forecastSum(totals, 1, 10);
    expect(errors).toHaveLength(84 - 28 - 10 + 1);
    expect(errors.every((error) => error === 0)).toBe(true);
    expect(intervalOf({ expected, errors })).toEqual({ expected, low: expected, high: expected });
  });

  test('averages four weeks of a series that only varies', () => {
    const random = randomOf('white');
    const totals = Array.from({ length: 140 }, () => Math.round(100 + 30 * random.normal()));
    const { expected, weeks } = forecastSum(totals, 1, 7);
    expect(weeks).toBe(4);
    expect(expected).toBeCloseTo(sum(totals.slice(-28)) / 4, 9);
  });

  test('expects 0 for weekdays on which nothing is ever posted', () => {
    const totals = Array.from({ length: 84 }, (_, day) => (day % 7 === 6 ? 0 : 100 + ((day * 37) % 21)));
    expect(intervalOf(forecastSum(totals, 7, 7))).toEqual({ expected: 0, low: 0, high: 0 });
    expect(intervalOf(forecastSum(totals, 1, 1)).high).toBeGreaterThan(100);
    const silent = totals.map(() => 0);
    expect(intervalOf(forecastSum(silent, 1, 7))).toEqual({ expected: 0, low: 0, high: 0 });
    expect(chanceOf(forecastSum(silent, 1, 7), 1)).toBeLessThan(0.05);
  });

  test("matches the quantiles of SciPy's mquantiles", () => {
    const { errors, low, high } = fixtures.sums;
    const interval = intervalOf({ expected: 1_000, errors });
    expect(interval.low).toBeCloseTo(1_000 + low, 8);
    expect(interval.high).toBeCloseTo(1_000 + high, 8);
  });

  // Of 400 futures 78.5, 75 and 77 %.
  test.each([
    [1, 84],
    [7, 180],
    [28, 365],
  ])('of %i days from %i covers about 80 % of 120 futures', (days, history) => {
    const held = seeds(120, `cover ${days}`).map((seed) => {
      const totals = series(seed, history + days);
      const { low, high } = intervalOf(forecastSum(totals.slice(0, history), 1, days));
      const actual = sum(totals.slice(history));
      return low <= actual && actual <= high;
    });
    expect(share(held, Boolean)).toBeGreaterThan(0.72);
    expect(share(held, Boolean)).toBeLessThan(0.88);
  });

  test('gives higher targets lower chances, never 0 or 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1 }),
        fc.nat(500),
        fc.nat(500),
        (errors, a, b) => {
          const known = { expected: 250, errors: errors.toSorted((one, other) => one - other) };
          const [more, less] = [chanceOf(known, Math.max(a, b)), chanceOf(known, Math.min(a, b))];
          expect(more).toBeLessThanOrEqual(less);
          expect(more).toBeGreaterThan(0);
          expect(less).toBeLessThan(1);
        },
      ),
    );
  });
});

describe('daily totals', () => {
  const totalsOf = (posts: Parameters<typeof outcomesOf>[0], timeZone: string, now: string) =>
    dailyTotals(outcomesOf(posts, { metric: 'engagements', timeZone }), timeZone, new Date(now));

  test('are by local day, include days without posts, and end with the last day over for 72 hours', () => {
    const posts = [
      observed('2026-11-01T23:30:00Z', 5),
      observed('2026-11-02T09:00:00Z', 7),
      observed('2026-11-04T09:00:00Z', 11),
      observed('2026-11-05T09:00:00Z', 13),
    ];
    const berlin = totalsOf(posts, 'Europe/Berlin', '2026-11-08T12:00:00Z');
    expect([dateOf(berlin.firstDay), berlin.totals]).toEqual(['2026-11-02', [12, 0, 11]]);
    const utc = totalsOf(posts, 'UTC', '2026-11-08T12:00:00Z');
    expect([dateOf(utc.firstDay), utc.totals]).toEqual(['2026-11-01', [5, 7, 0, 11]]);
  });

  test('are empty without posts', () => {
    expect(totalsOf([], 'UTC', '2026-11-08T12:00:00Z').totals).toEqual([]);
  });
});

describe('the forecast of posts', () => {
  const posts = life({ seed: 'forecast', weeks: 20, noise: 'calm' });
  const now = new Date(start.getTime() + (20 * 7 + 3) * dayMs);

  test('begins after the last counted day, and names its evidence', () => {
    const answer = InsightAnswer.parse(forecast(posts, { ...options, days: 7, now }));
    expect(answer.outcome).toBe('found');
    if (answer.outcome !== 'found') return;
    const [insight] = answer.insights;
    const details = insight?.details.kind === 'forecast' ? insight.details : undefined;
    expect(details?.days.map(({ date }) => date)).toEqual(
      Array.from({ length: 7 }, (_, day) => new Date(start.getTime() + (140 + day) * dayMs).toISOString().slice(0, 10)),
    );
    expect(details?.total.expected).toBe(sum(details?.days.map(({ expected }) => expected) ?? []));
    expect(details?.total.low).toBeGreaterThan(sum(details?.days.map(({ low }) => low) ?? []));
    expect(insight?.statement).toMatch(/^Posts of the 7 days from 2026-05-25 to 2026-05-31 are expected to get about/);
    expect(insight?.evidence.numbers).toContainEqual({ name: 'Days of history', value: 140 });
    expect(forecast(shuffled([...posts, ...posts.slice(50)], 'x'), { ...options, days: 7, now })).toEqual(answer);
  });

  test('needs eight weeks of history, and more for a month', () => {
    expect([neededDays(1), neededDays(14), neededDays(30)]).toEqual([56, 84, 148]);
    const short = life({ seed: 'short', weeks: 8 }).filter(({ publishedAt }) => publishedAt > '2026-01-06');
    const early = new Date(start.getTime() + 59 * dayMs);
    expect(forecast(short, { ...options, days: 7, now: early })).toMatchObject({
      outcome: 'not_enough_data',
      has: { days: 55 },
      needs: { days: 56 },
    });
    expect(forecast([], { ...options, days: 7, now })).toMatchObject({ outcome: 'not_enough_data', has: { posts: 0 } });
  });
});

describe('goals', () => {
  const posts = Array.from({ length: 140 }, (_, day) =>
    observed(new Date(start.getTime() + (day + 0.5) * dayMs), 90 + ((day * 37) % 21)),
  );
  const now = new Date(start.getTime() + 143 * dayMs);
  const goal = (target: number, other: Partial<Goal> = {}): Goal => ({
    ...{ target, from: '2026-05-18', until: '2026-05-31', progress: { total: 700, through: '2026-05-24' } },
    ...other,
  });
  const track = (of: Goal) => {
    const answer = InsightAnswer.parse(trackGoal(posts, { ...options, goal: of, now }));
    if (answer.outcome !== 'found') return answer;
    const [insight] = answer.insights;
    return { ...insight?.details, statement: insight?.statement };
  };

  test.each([
    [700, 'reached', 'The goal is reached: 700 of 700 engagements through 2026-05-24.'],
    [1_000, 'on_track', 'The goal is on track: 700 of 1,000'],
    [1_400, 'at_risk', 'The goal is at risk: 700 of 1,400'],
    [3_000, 'will_be_missed', 'The goal will probably be missed: 700 of 3,000'],
  ])('of %i are %s', (target, status, statement) => {
    const tracked = track(goal(target));
    expect(tracked).toMatchObject({ status });
    expect(tracked.statement).toContain(statement);
  });

  test('that end below the target are missed', () => {
    expect(track(goal(800, { until: '2026-05-24' }))).toMatchObject({
      status: 'missed',
      probability: null,
      remaining: null,
    });
  });

  test('forecast only the days that their progress does not count yet', () => {
    expect(track(goal(3_000))).toMatchObject({ remaining: { days: 7 } });
    const further = track(goal(3_000, { progress: { total: 1_000, through: '2026-05-27' } }));
    expect(further).toMatchObject({ remaining: { days: 4 } });
    const future = track(
      goal(3_000, { from: '2026-06-01', until: '2026-06-07', progress: { total: 0, through: '2026-05-27' } }),
    );
    expect(future).toMatchObject({ remaining: { days: 7 } });
  });

  test('throw if their progress leaves out days that are fully counted', () => {
    expect(() => track(goal(3_000, { progress: { total: 0, through: '2026-05-20' } }))).toThrow(RangeError);
  });

  test('need a history only while they are open', () => {
    const of = (target: number) => trackGoal([], { ...options, goal: goal(target), now });
    expect(of(3_000)).toMatchObject({ outcome: 'not_enough_data', has: { days: 0 }, needs: { days: 56 } });
    expect(of(700).outcome).toBe('found');
  });

  test('change their status at 75 % and at 10 %', () => {
    const statusAt = (probability: number) => goalStatus(goal(3_000), probability);
    expect([0.75, 0.749, 0.1, 0.099].map(statusAt)).toEqual(['on_track', 'at_risk', 'at_risk', 'will_be_missed']);
  });

  // Over 1,200 futures: 83 % of those on track, 10 % of those below 10 %, 47 % of those between.
  test('are reached about as often as their probability says, over 450 futures', () => {
    const all = seeds(150, 'goal').flatMap((seed) => {
      const totals = series(seed, 194);
      const actual = sum(totals.slice(180));
      return [14_000, 19_000, 24_000].map((target) => ({
        chance: chanceOf(forecastSum(totals.slice(0, 180), 1, 14), target),
        isReached: actual >= target,
      }));
    });
    const reachedOf = (low: number, high: number) => {
      const own = all.filter(({ chance }) => low <= chance && chance < high);
      expect(own.length).toBeGreaterThan(50);
      return share(own, ({ isReached }) => isReached);
    };
    expect(reachedOf(0.75, 1)).toBeGreaterThan(0.75);
    expect(reachedOf(0, 0.1)).toBeLessThan(0.12);
    const between = reachedOf(0.25, 0.75);
    expect(between).toBeGreaterThan(0.35);
    expect(between).toBeLessThan(0.65);
  });
});
