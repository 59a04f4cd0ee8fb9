import { dayMs, instantAfter } from '#shared/time.ts';
import type { InsightAnswer, InsightSubject } from '../domain/insight.ts';
import type { GoalStatus } from '../domain/insight-details.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { belongsTo } from './belongs-to.ts';
import { type DailyTotals, dailyTotals } from './daily-totals.ts';
import { evidenceOf } from './evidence.ts';
import { forecastMethod } from './forecast.ts';
import { dateOf, dayOfDate } from './local-clock.ts';
import { notEnoughData } from './not-enough-data.ts';
import { basisOf, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { chanceOf, forecastSum, intervalOf, neededDays, type SumForecast } from './statistics/seasonal-naive.ts';
import { percent, whole } from './wording.ts';

/** A target for the sum of a metric over the posts of a period. Dates are local and inclusive. */
export interface Goal {
  target: number;
  from: string;
  until: string;
  /**
   * The sum so far, and the last day that it includes. Posts of the last days still grow, so it tends to be too low.
   */
  progress: { total: number; through: string };
}

/** Options for tracking a goal. */
export interface GoalOptions extends OutcomeOptions {
  subject: InsightSubject;
  goal: Goal;
  now: Date;
}

/** Minimum probability at which a goal is on track. */
const onTrack = 0.75;

/** Below this probability a goal will be missed, unless something changes. */
const hopeless = 0.1;

/** Returns the status of a goal, given the probability that it will be reached; null: all days are counted. */
export const goalStatus = ({ target, progress }: Goal, probability: number | null): GoalStatus => {
  if (progress.total >= target) return 'reached';
  if (probability === null) return 'missed';
  if (probability >= onTrack) return 'on_track';
  return probability < hopeless ? 'will_be_missed' : 'at_risk';
};

/**
 * Returns the first and last horizon of a forecast of the days of the period that are not counted yet; null: none.
 * @throws RangeError if the progress leaves out days that are fully counted
 */
const remainingOf = ({ from, until, progress }: Goal, { firstDay, totals }: DailyTotals) => {
  const lastKnown = firstDay + totals.length - 1;
  const next = Math.max(dayOfDate(progress.through) + 1, dayOfDate(from));
  const last = dayOfDate(until);
  if (next > last) return null;
  if (next <= lastKnown) throw new RangeError(`The progress must include the days through ${dateOf(lastKnown)}`);
  // Days that the goal already counts are not forecast, even if the history does not include them yet.
  return { first: next - lastKnown, last: last - lastKnown };
};

/**
 * Returns the state of a goal, from what is counted and a forecast of the remaining days. A goal that is reached or
 * over needs no forecast, and so no history.
 * @param posts the history that the forecast learns from, in any order; those of others are left out
 * @throws RangeError if the zone does not exist, or the progress leaves out days that are fully counted
 */
export const trackGoal = (posts: readonly ObservedPost[], options: GoalOptions): InsightAnswer => {
  const { subject, goal, now, timeZone } = options;
  const outcomes = outcomesOf(
    posts.filter((post) => belongsTo(post, subject)),
    options,
  );
  const history = dailyTotals(outcomes, timeZone, now);
  const remaining = goal.progress.total >= goal.target ? null : remainingOf(goal, history);
  const has = { posts: outcomes.length, days: history.totals.length };
  const needs = remaining ? { posts: 1, days: neededDays(remaining.last) } : { posts: 0, days: 0 };
  const missing = notEnoughData('goal', subject, has, needs);
  if (missing) return missing;

  const expected = remaining && forecastSum(history.totals, remaining.first, remaining.last);
  const probability = expected && chanceOf(expected, goal.target - goal.progress.total);
  const days = remaining ? remaining.last - remaining.first + 1 : 0;
  const insight = {
    subject,
    ...describe(options, expected, probability, days),
    evidence: evidenceOf(
      outcomes.filter(({ day }) => day >= dayOfDate(goal.from) && day <= dayOfDate(goal.until)),
      [
        ['Target', goal.target],
        ['Total so far', goal.progress.total],
        ['Past forecasts compared', expected?.errors.length ?? 0],
      ],
    ),
    basedOn: basisOf(outcomes),
    method: forecastMethod,
    validUntil: instantAfter(now, dayMs),
  };
  return { outcome: 'found', kind: 'goal', insights: [insight] };
};

const describe = (
  { goal, metric, timeZone }: GoalOptions,
  expected: SumForecast | null,
  probability: number | null,
  days: number,
) => {
  const { target, from, until, progress } = goal;
  const status = goalStatus(goal, probability);
  const remaining = expected && { days, ...intervalOf(expected) };
  const sofar = `${whole(progress.total)} of ${whole(target)} ${metricInWords(metric)} through ${progress.through}`;
  const chance = `the probability of reaching the goal by ${until} is about ${percent(probability ?? 0)}`;
  const details = {
    ...{ kind: 'goal' as const, metric, timeZone, status, target, from, until, probability, remaining },
    ...{ progress: progress.total, countedThrough: progress.through },
  };
  return { statement: `${sentences[status]}: ${sofar}${probability === null ? '' : `; ${chance}`}.`, details };
};

const sentences: Record<GoalStatus, string> = {
  reached: 'The goal is reached',
  on_track: 'The goal is on track',
  at_risk: 'The goal is at risk',
  will_be_missed: 'The goal will probably be missed',
  missed: 'The goal was missed',
};
