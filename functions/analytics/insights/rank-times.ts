import type { DataAmount, NotEnoughData } from '../domain/insight.ts';
import type { RankedTime } from '../domain/insight-details.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import type { TimeRule } from '../domain/time-rule.ts';
import { levelled } from './account-level.ts';
import { cellEffects } from './cell-effects.ts';
import { notEnoughData } from './not-enough-data.ts';
import { type Occurrence, occurrencesOf } from './occurrences.ts';
import { type TimedValue, type TimeModel, timeModel } from './partial-pooling.ts';
import { amountOf, type Outcome, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { alpha } from './statistics/holm-correction.ts';
import { studentQuantile } from './statistics/normal-distribution.ts';
import { cellCount, cellIndex, isPermitted, timeCells } from './time-cells.ts';

/** Options for ranking posting times. */
export interface TimeOptions extends OutcomeOptions {
  accountId: string;
  /** Posting rules that exclude times. */
  rules: readonly TimeRule[];
}

/** Minimum data for a ranking: a month of posts, about one a day. Posts of the same day and hour band count once. */
export const neededForTimes = { posts: 30, days: 28 } as const;

/** Occurrences from which a time is compared with the average; the data of neighbouring times is not enough. */
export const fewestOccurrences = 4;

/** Ranked times with the model that ranks them. */
export interface TimeRanking {
  outcome: 'ranked';
  model: TimeModel;
  /** Permitted times at which the account posted often enough, best first. */
  times: RankedTime[];
  /** Number of times compared, permitted or not. */
  questions: number;
  /** How often the account posted at each time, in the order of the cells. */
  occurrences: readonly number[];
  outcomes: readonly Outcome[];
}

const timedValues = (occurrences: readonly Occurrence[]): TimedValue[] =>
  [...Map.groupBy(occurrences, ({ accountId }) => accountId).values()].flatMap((own) => {
    const values = levelled(own);
    return own.map(({ accountId, day, weekday, hourBand }, place) => ({
      ...{ weekday, hourBand, group: `${accountId}/${day}` },
      value: values[place] ?? 0,
    }));
  });

const tally = (cells: readonly number[]): number[] => {
  const counts = new Array<number>(cellCount).fill(0);
  for (const cell of cells) counts[cell] = (counts[cell] ?? 0) + 1;
  return counts;
};

/** Returns the data needed if no time was used often enough to be compared. */
const spreadThin = (occurrences: readonly number[]): DataAmount => {
  const used = occurrences.filter((count) => count > 0).length;
  return { ...neededForTimes, posts: Math.max(neededForTimes.posts, used * fewestOccurrences) };
};

/**
 * Ranks the posting times of an account by the results of its posts, compared with its average. The intervals are
 * corrected for the number of times compared (Bonferroni), and decide between `better`, `worse` and `unclear`.
 * @param posts of the workspace; those of other accounts help if the account has few
 * @throws RangeError if the zone does not exist
 */
export const rankTimes = (
  posts: readonly ObservedPost[],
  { accountId, rules, ...options }: TimeOptions,
): TimeRanking | NotEnoughData => {
  const all = outcomesOf(posts, options);
  const outcomes = all.filter(({ post }) => post.accountId === accountId);
  const own = occurrencesOf(outcomes);
  const occurrences = tally(own.map(cellIndex));
  const questions = occurrences.filter((count) => count >= fewestOccurrences).length;
  const needs = questions > 0 ? neededForTimes : spreadThin(occurrences);
  const has = { ...amountOf(outcomes), posts: own.length };
  const missing = notEnoughData('best_time', { type: 'account', accountId }, has, needs);
  if (missing) return missing;

  const others = occurrencesOf(all.filter(({ post }) => post.accountId !== accountId));
  const model = timeModel(timedValues(own), timedValues(others));
  const published = tally(own.flatMap((each) => each.outcomes.map(() => cellIndex(each))));
  const effects = cellEffects(
    model,
    occurrences.map((count) => count / own.length),
  );
  const reach = studentQuantile(1 - alpha / 2 / questions, model.degrees);
  const times = timeCells.flatMap((cell, index): RankedTime[] => {
    const [count = 0, effect = { mean: 0, sd: 0 }] = [occurrences[index], effects[index]];
    if (count < fewestOccurrences || !isPermitted(cell, rules)) return [];
    const [low, high] = [effect.mean - reach * effect.sd, effect.mean + reach * effect.sd];
    const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'unclear';
    const interval = { lift: Math.expm1(effect.mean), low: Math.expm1(low), high: Math.expm1(high) };
    return [{ ...cell, posts: published[index] ?? 0, occurrences: count, ...interval, verdict }];
  });
  times.sort((one, other) => other.lift - one.lift || cellIndex(one) - cellIndex(other));
  return { outcome: 'ranked', model, times, questions, occurrences, outcomes };
};
