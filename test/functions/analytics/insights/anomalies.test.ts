import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import type { ObservedPost } from '#functions/analytics/domain/observed-post.ts';
import { anomalies } from '#functions/analytics/insights/anomalies.ts';
import { scoresOf } from '#functions/analytics/insights/occurrence-scores.ts';
import { occurrencesOf } from '#functions/analytics/insights/occurrences.ts';
import { outcomesOf } from '#functions/analytics/insights/post-outcomes.ts';
import { alarmsIn, falseAlarmsPerQuarter, unusualScore } from '#functions/analytics/insights/unusual-runs.ts';
import { dayMs } from '#shared/time.ts';
import fixtures from './fixtures.json' with { type: 'json' };
import { accountId, after, life, observed, seeds, share, shuffled, start } from './simulated.ts';

const options = {
  accountId: accountId(1),
  metric: 'engagements',
  timeZone: 'UTC',
  since: new Date(start.getTime() + 24 * 7 * dayMs),
  now: after(26),
  seed: 'seed',
} as const;

/** Calm posts, three a day at fixed times, so that each weekday and band has its own past. */
const calm = (seed: string, effect: (week: number) => number = () => 0): ObservedPost[] =>
  life({ seed, perDay: 3, hours: [9, 15], noise: 'calm', effect: ({ week }) => effect(week) });

const detailsOf = (answer: InsightAnswer) =>
  answer.outcome === 'found'
    ? answer.insights.flatMap(({ details }) => (details.kind === 'anomaly' ? [details] : []))
    : [];

describe('scores', () => {
  test('are by median and MAD, like those of statsmodels', () => {
    const { values, median, mad } = fixtures.spread;
    const weekly = [...values, 9].map((value, week) => observed(new Date(start.getTime() + week * 7 * dayMs), 0));
    const occurrences = occurrencesOf(outcomesOf(weekly, options)).map((each, place) => ({
      ...each,
      value: [...values, 9][place] ?? NaN,
    }));
    const last = scoresOf(occurrences).at(-1);
    expect(last?.usual).toBeCloseTo(median, 10);
    expect(last?.score).toBeCloseTo((9 - median) / mad, 3);
  });

  test('begin after eight weeks and depend on the past alone', () => {
    const occurrences = occurrencesOf(outcomesOf(calm('past'), options));
    const scores = scoresOf(occurrences);
    expect(scores[0]?.occurrence.day).toBe((occurrences[0]?.day ?? 0) + 56);
    const changed = occurrences.map((each, place) =>
      place === occurrences.length - 1 ? { ...each, value: 99 } : each,
    );
    expect(scoresOf(changed).slice(0, -1)).toEqual(scores.slice(0, -1));
    expect(scoresOf(changed).at(-1)?.score).toBeGreaterThan(20);
  });

  test('compare Sundays with Sundays: a weekly low is not unusual', () => {
    const sundays = life({
      ...{ seed: 'sundays', noise: 'calm', hours: [9], perDay: 1 },
      effect: ({ at }) => (at.getUTCDay() === 0 ? -3 : 0),
    });
    expect(anomalies(sundays, { ...options, since: start }).outcome).toBe('nothing_found');
  });
});

describe('alarms', () => {
  const scoresArbitrary = fc.array(fc.record({ gap: fc.nat(2), score: fc.double({ min: -6, max: 6, noNaN: true }) }), {
    maxLength: 60,
  });

  test('are runs in one direction, over at least two occurrences and two days', () => {
    const at = (day: number, score: number) => ({ day, score });
    expect(alarmsIn([at(1, 4), at(2, 4)])).toHaveLength(1);
    expect(alarmsIn([at(1, 4), at(1, 4)])).toHaveLength(0);
    expect(alarmsIn([at(1, 4), at(2, -4)])).toHaveLength(0);
    expect(alarmsIn([at(1, 4), at(2, 3.4), at(3, 4)])).toHaveLength(0);
    expect(alarmsIn([at(1, -4), at(2, -4), at(3, 4), at(4, 4), at(5, 0)]).map((run) => run.length)).toEqual([2, 2]);
  });

  test('are disjoint, and each of their scores is unusual', () => {
    fc.assert(
      fc.property(scoresArbitrary, (gaps) => {
        let day = 0;
        const scores = gaps.map(({ gap, score }) => ({ day: (day += gap), score }));
        const flagged = alarmsIn(scores).flat();
        expect(new Set(flagged).size).toBe(flagged.length);
        expect(flagged.every(({ score }) => Math.abs(score) >= unusualScore)).toBe(true);
        expect(alarmsIn(scores.map(({ score, ...rest }) => ({ ...rest, score: -score })))).toHaveLength(
          alarmsIn(scores).length,
        );
      }),
    );
  });
});

describe('anomalies', () => {
  test('planted in a week are found in more than 90 % of 40 calm accounts, higher or lower', () => {
    for (const [direction, factor] of [
      ['higher', 12],
      ['lower', 1 / 12],
    ] as const) {
      const found = seeds(40, direction).map((seed) => {
        const posts = calm(seed, (week) => (week >= 25 ? Math.log(factor) : 0));
        return detailsOf(anomalies(posts, options)).some((each) => each.direction === direction);
      });
      expect(share(found, Boolean)).toBeGreaterThan(0.9);
    }
  });

  test('conform to the schema, with the usual value and the expected number of false alarms', () => {
    const answer = InsightAnswer.parse(
      anomalies(
        calm('schema', (week) => (week >= 25.5 ? -4 : 0)),
        options,
      ),
    );
    const [details] = detailsOf(answer);
    expect(details?.from).toBe('2026-07-03');
    expect(details?.until).toBe('2026-07-05');
    expect(details?.usual).toBeGreaterThan(10 * (details?.observed ?? Infinity));
    expect(details?.falseAlarmsPerQuarter).toBeLessThan(2);
    const statement = answer.outcome === 'found' ? answer.insights[0]?.statement : '';
    expect(statement).toMatch(/^From 2026-07-03 to 2026-07-05, posts got about 9\d% fewer engagements than usual/);
    expect(statement).toMatch(/By chance alone, expect about \d+\.\d such alarms per quarter/);
  });

  test('that ended before the period are not reported', () => {
    const posts = calm('old', (week) => (week >= 20 && week < 21 ? -4 : 0));
    expect(anomalies(posts, options).outcome).toBe('nothing_found');
    expect(detailsOf(anomalies(posts, { ...options, since: new Date(start.getTime() + 140 * dayMs) })).length).toBe(1);
  });

  test('do not depend on post order, repeated posts or posts of other accounts', () => {
    const posts = calm('order', (week) => (week >= 25 ? -4 : 0));
    const expected = anomalies(posts, options);
    expect(expected.outcome).toBe('found');
    const others = life({ seed: 'others', account: 2 });
    expect(anomalies(shuffled([...posts, ...posts.slice(100), ...others], 'x'), options)).toEqual(expected);
  });

  test('need twelve weeks and 20 posts', () => {
    expect(anomalies([], options)).toMatchObject({ outcome: 'not_enough_data', needs: { days: 84 } });
    expect(anomalies(life({ seed: 'short', weeks: 11 }), options).outcome).toBe('not_enough_data');
    expect(anomalies(life({ seed: 'long', weeks: 13 }), options).outcome).not.toBe('not_enough_data');
    const rare = life({ seed: 'rare', weeks: 26, perDay: 1 }).filter((_, place) => place % 10 === 0);
    const answer = InsightAnswer.parse(anomalies(rare, options));
    expect(answer).toMatchObject({ outcome: 'not_enough_data', needs: { posts: 20 } });
    expect('statement' in answer && answer.statement).toContain('Only posts after the first eight weeks count');
  });
});

describe('false alarms', () => {
  test('of restless accounts without anomalies occur about as often as predicted', () => {
    const quarters = (17 * 7) / 91.3;
    const accounts = seeds(60, 'alarms').map((seed) => {
      const scores = scoresOf(occurrencesOf(outcomesOf(life({ seed, weeks: 26 }), options))).map((each) => ({
        day: each.occurrence.day,
        score: each.score,
      }));
      const half = scores.slice(0, Math.floor(scores.length / 2));
      return {
        sounded: alarmsIn(scores).length / quarters,
        told: falseAlarmsPerQuarter(scores, scores, seed),
        toldBefore: falseAlarmsPerQuarter(half, half, seed),
        later: alarmsIn(scores.slice(half.length)).length / (quarters / 2),
      };
    });
    const sounded = mean(accounts.map((each) => each.sounded));
    const told = mean(accounts.map((each) => each.told));
    expect(sounded).toBeLessThan(2);
    expect(told / sounded).toBeGreaterThan(0.6);
    expect(told / sounded).toBeLessThan(1.5);
    const [before, later] = [mean(accounts.map((each) => each.toldBefore)), mean(accounts.map((each) => each.later))];
    expect(later).toBeLessThan(2 * before + 0.3);
  });

  test('of calm accounts are predicted to be rare', () => {
    const told = seeds(20, 'calm').map((seed) => {
      const scores = scoresOf(occurrencesOf(outcomesOf(calm(seed), options))).map(({ occurrence: { day }, score }) => ({
        day,
        score,
      }));
      return falseAlarmsPerQuarter(scores, scores, seed);
    });
    expect(mean(told)).toBeLessThan(0.2);
  });

  test('are predicted reproducibly by the seed, and only from past scores', () => {
    const scores = Array.from({ length: 100 }, (_, day) => ({ day, score: day % 10 < 2 ? 4 : 0 }));
    expect(falseAlarmsPerQuarter(scores, scores, 'a')).toBe(falseAlarmsPerQuarter(scores, scores, 'a'));
    expect(falseAlarmsPerQuarter(scores, scores, 'a')).toBeGreaterThan(3);
    expect(() => falseAlarmsPerQuarter([], [], 'a')).toThrow(RangeError);
  });
});
