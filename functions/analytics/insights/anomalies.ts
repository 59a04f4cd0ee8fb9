import { mean } from 'simple-statistics';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Insight, InsightAnswer, InsightMethod } from '../domain/insight.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { evidenceOf } from './evidence.ts';
import { dateOf, localClock } from './local-clock.ts';
import { notEnoughData } from './not-enough-data.ts';
import { leastHistoryDays, type ScoredOccurrence, scoresOf } from './occurrence-scores.ts';
import { occurrencesOf } from './occurrences.ts';
import { amountOf, basisOf, type Outcome, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { alarmsIn, type DatedScore, falseAlarmsPerQuarter, unusualScore } from './unusual-runs.ts';
import { moreOrLess, whole } from './wording.ts';

/** Options for finding anomalies. */
export interface AnomalyOptions extends OutcomeOptions {
  accountId: string;
  /** Anomalies that ended before this are left out. */
  since: Date;
  now: Date;
  /** Seed of the simulation of false alarms: the same seed and posts give the same number. */
  seed: string;
}

const method: InsightMethod = {
  name: 'Median and median absolute deviation per weekday and hour band, twice running; stationary bootstrap',
  source: 'Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993); Politis and Romano (1994)',
};

/** Eight weeks to learn what is usual, and four more, with some posts, to learn how many alarms chance alone raises. */
const needed = { posts: 20, days: leastHistoryDays + 28 } as const;

const validMs = 7 * dayMs;

interface Scored extends ScoredOccurrence, DatedScore {}

/**
 * Finds unusual results of an account, at least two in a row and on two days, latest first, each with the number of
 * alarms per quarter that chance alone would raise.
 * @param posts in any order; those of other accounts are left out
 * @throws RangeError if the zone does not exist
 */
export const anomalies = (posts: readonly ObservedPost[], options: AnomalyOptions): InsightAnswer => {
  const { accountId, since, seed, timeZone } = options;
  const subject = { type: 'account' as const, accountId };
  const outcomes = outcomesOf(
    posts.filter((post) => post.accountId === accountId),
    options,
  );
  const scores = scoresOf(occurrencesOf(outcomes)).map((each): Scored => ({ ...each, day: each.occurrence.day }));
  const has = { ...amountOf(outcomes), posts: scores.length };
  const missing = notEnoughData('anomaly', subject, has, needed);
  if (missing) return missing;
  const sinceDay = localClock(timeZone)(since.getTime()).day;
  const alarms = alarmsIn(scores).filter((run) => (run.at(-1)?.day ?? sinceDay) >= sinceDay);
  const unusual = new Set(alarms.flat());
  const ordinary = scores.filter((each) => !unusual.has(each));
  const falseAlarms = falseAlarmsPerQuarter(scores, ordinary.length > 0 ? ordinary : scores, seed);
  if (alarms.length === 0) {
    const statement = `No unusual results twice in a row. ${byChance(falseAlarms)}`;
    return { outcome: 'nothing_found', kind: 'anomaly', subject, statement, basedOn: basisOf(outcomes), method };
  }
  const insights = alarms.reverse().map((run) => insightOf(run, outcomes, falseAlarms, options));
  return { outcome: 'found', kind: 'anomaly', insights };
};

const byChance = (falseAlarms: number): string =>
  `By chance alone, expect about ${falseAlarms.toFixed(1)} such alarms per quarter for this account.`;

const insightOf = (
  run: readonly Scored[],
  outcomes: readonly Outcome[],
  falseAlarms: number,
  { accountId, metric, timeZone, now }: AnomalyOptions,
): Insight => {
  const observed = Math.expm1(mean(run.map(({ occurrence }) => occurrence.value)));
  const usual = Math.expm1(mean(run.map((each) => each.usual)));
  const direction = (run[0]?.score ?? 0) > 0 ? ('higher' as const) : ('lower' as const);
  const [from, until] = [dateOf(run[0]?.day ?? 0), dateOf(run.at(-1)?.day ?? 0)];
  const change = (observed + 1) / (usual + 1) - 1;
  const scores = run.map(({ score }) => score);
  const statement =
    `From ${from} to ${until}, posts got about ${moreOrLess(change)} ${metricInWords(metric)} than usual at these times, ` +
    `${run.length} times in a row (typically ${whole(observed)} a post instead of ${whole(usual)}). ` +
    byChance(falseAlarms);
  return {
    subject: { type: 'account', accountId },
    statement,
    evidence: evidenceOf(
      run.flatMap(({ occurrence }) => occurrence.outcomes),
      [
        ['Unusual occurrences in a row', run.length],
        ['Typical count', observed],
        ['Usual count at these times', usual],
        ['Expected false alarms per quarter', falseAlarms],
      ],
    ),
    basedOn: basisOf(outcomes),
    method,
    validUntil: instantAfter(now, validMs),
    details: {
      ...{ kind: 'anomaly', metric, timeZone, direction, from, until, observed, usual, scores },
      ...{ threshold: unusualScore, falseAlarmsPerQuarter: falseAlarms },
    },
  };
};
