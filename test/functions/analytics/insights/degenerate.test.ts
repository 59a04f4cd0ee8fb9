import { expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import type { ObservedPost } from '#functions/analytics/domain/observed-post.ts';
import { anomalies } from '#functions/analytics/insights/anomalies.ts';
import { bestTimes } from '#functions/analytics/insights/best-times.ts';
import { fatigue } from '#functions/analytics/insights/fatigue.ts';
import { forecast } from '#functions/analytics/insights/forecast.ts';
import { traits } from '#functions/analytics/insights/traits.ts';
import { accountId, after, life, start } from './simulated.ts';

const account = accountId(1);
const subject = { type: 'account', accountId: account } as const;
const options = { metric: 'engagements', timeZone: 'Europe/Berlin', now: after(26) } as const;

const answers = (posts: readonly ObservedPost[], timeZone: string = options.timeZone): (() => InsightAnswer)[] => {
  const all = { ...options, timeZone };
  return [
    () => bestTimes(posts, { ...all, accountId: account, rules: [] }),
    () => traits(posts, { ...all, subject }),
    () => anomalies(posts, { ...all, accountId: account, since: start, seed: 'seed' }),
    () => fatigue(posts, { ...all, accountId: account, contentOf: ({ postId }) => postId.slice(-1) }),
    () => forecast(posts, { ...all, subject, days: 7 }),
  ];
};

const likes = (posts: readonly ObservedPost[], countOf: (place: number) => number): ObservedPost[] =>
  posts.map((post, place) => ({ ...post, metrics: { ...post.metrics, likes: countOf(place) } }));

const posts = life({ seed: 'degenerate' });

test.each([
  ['are all alike', () => 7],
  ['are none', () => 0],
  ['are none but for one', (place: number) => (place === 200 ? 1_000_000 : 0)],
  ['are none or one', (place: number) => (place * 7919) % 2],
])('nothing is found, except a forecast, if engagements %s', (_, countOf) => {
  const found = answers(likes(posts, countOf)).map((answer) => InsightAnswer.parse(answer()));
  const isForecast = ({ kind }: InsightAnswer) => kind === 'forecast';
  expect(found.filter((answer) => !isForecast(answer)).map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 4 }, () => 'nothing_found'),
  );
  expect(found.filter(isForecast).map(({ outcome }) => outcome)).toEqual(['found']);
});

test('every insight answers not_enough_data without posts', () => {
  const outcomes = answers([]).map((answer) => InsightAnswer.parse(answer()).outcome);
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'not_enough_data'));
});

test('every insight throws for an unknown time zone, even without posts', () => {
  for (const answer of [...answers([], 'Europe/Atlantis'), ...answers(posts, 'Europe/Atlantis')]) {
    expect(answer).toThrow(RangeError);
  }
});
