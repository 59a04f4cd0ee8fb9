import { counted } from '#shared/text.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { InsightAnswer, InsightMethod, InsightSubject } from '../domain/insight.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { belongsTo } from './belongs-to.ts';
import { dailyTotals } from './daily-totals.ts';
import { evidenceOf } from './evidence.ts';
import { dateOf } from './local-clock.ts';
import { notEnoughData } from './not-enough-data.ts';
import { basisOf, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { forecastSum, intervalOf, neededDays } from './statistics/seasonal-naive.ts';
import { whole } from './wording.ts';

/** Options of a forecast. */
export interface ForecastOptions extends OutcomeOptions {
  subject: InsightSubject;
  /** Number of days, from the first that is not fully counted yet. */
  days: number;
  now: Date;
}

export const forecastMethod: InsightMethod = {
  name: 'Seasonal naive forecast of daily totals, averaged over up to four weeks, with quantiles of its past errors',
  source: 'Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), 5.2, 5.5, 5.8 and 5.10',
};

/** A forecast is outdated once another day has been counted. */
const validMs = dayMs;

/**
 * Forecasts the totals of the next days, by day of publication, if the subject keeps posting as it does now.
 * @param posts in any order; those of others are left out
 * @throws RangeError if the zone does not exist
 */
export const forecast = (posts: readonly ObservedPost[], options: ForecastOptions): InsightAnswer => {
  const { subject, days, now, metric, timeZone } = options;
  const outcomes = outcomesOf(
    posts.filter((post) => belongsTo(post, subject)),
    options,
  );
  const { firstDay, totals } = dailyTotals(outcomes, timeZone, now);
  const has = { posts: outcomes.length, days: totals.length };
  const missing = notEnoughData('forecast', subject, has, { posts: 1, days: neededDays(days) });
  if (missing) return missing;

  const nextDay = firstDay + totals.length;
  const byDay = Array.from({ length: days }, (_, place) => ({
    date: dateOf(nextDay + place),
    ...intervalOf(forecastSum(totals, place + 1, place + 1)),
  }));
  const all = forecastSum(totals, 1, days);
  const total = intervalOf(all);
  const [from, until] = [dateOf(nextDay), dateOf(nextDay + days - 1)];
  const insight = {
    subject,
    statement:
      `Posts of the ${counted(days, 'day')} from ${from} to ${until} are expected to get about ` +
      `${whole(total.expected)} ${metricInWords(metric)} (80% interval ${whole(total.low)} to ${whole(total.high)}), if posting ` +
      'goes on as before.',
    evidence: evidenceOf(
      outcomes.filter(({ day }) => day >= nextDay - 7),
      [
        ['Days of history', totals.length],
        ['Past forecasts compared', all.errors.length],
        ['Weeks averaged', all.weeks],
      ],
    ),
    basedOn: basisOf(outcomes),
    method: forecastMethod,
    validUntil: instantAfter(now, validMs),
    details: { kind: 'forecast' as const, metric, timeZone, days: byDay, total },
  };
  return { outcome: 'found', kind: 'forecast', insights: [insight] };
};
