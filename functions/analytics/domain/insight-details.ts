import * as z from 'zod';
import { TimeZone } from '#shared/time.ts';

/** Metric by which insights judge posts. */
export const InsightMetric = z.enum(['engagements', 'impressions', 'link_clicks']).meta({
  description:
    'Metric of a post. `engagements`: likes, reposts, replies, quotes, bookmarks, link clicks and profile clicks',
});
export type InsightMetric = z.infer<typeof InsightMetric>;

/** ISO 8601. */
export const Weekday = z.int().min(1).max(7).meta({ description: 'Day of the week, from 1 (Monday) to 7 (Sunday)' });

export const HourBand = z
  .int()
  .min(0)
  .max(7)
  .meta({ description: 'Three-hour band of the local day, counted from 0; 3: 09:00 to 11:59' });

const LocalDate = z.iso.date().meta({ description: 'Local date', examples: ['2026-11-22'] });

/** An effect on the metric, as a factor of (count + 1), minus 1. */
export const Lift = {
  lift: z.number().meta({ description: 'Estimated relative difference (0.2: 20% more)' }),
  low: z.number().meta({ description: 'Lower bound of the 95% interval, corrected for multiple comparisons' }),
  high: z.number().meta({ description: 'Upper bound of the 95% interval, corrected for multiple comparisons' }),
};

const pValue = z.number().min(0).max(1).meta({ description: 'P-value, corrected for multiple comparisons' });
const questions = z.int().min(1).meta({ description: 'Number of comparisons that the correction takes into account' });
const metric = InsightMetric;
const timeZone = TimeZone.meta({ description: 'IANA time zone of dates, weekdays and hours' });
const postCount = (description: string) => z.int().min(0).meta({ description });

export const RankedTime = z
  .object({
    weekday: Weekday,
    hourBand: HourBand,
    posts: postCount('Posts that the account published then'),
    occurrences: postCount('How often the account published then; posts on the same day count once'),
    ...Lift,
    verdict: z.enum(['better', 'worse', 'unclear']).meta({
      description: 'Compared with the average of the account; `unclear`: the interval includes the average',
    }),
  })
  .meta({ id: 'RankedPostingTime', description: "A posting time compared with the account's average" });
export type RankedTime = z.infer<typeof RankedTime>;

const BestTimeDetails = z.object({
  kind: z.literal('best_time').meta({ description: 'Best times to post' }),
  metric,
  timeZone,
  questions,
  times: z.array(RankedTime).min(1).meta({ description: 'Permitted posting times, best first' }),
});

export const TraitName = z
  .enum(['length', 'media', 'link', 'hashtags', 'mentions', 'thread', 'poll', 'hour_band', 'weekday'])
  .meta({ description: 'Trait of a post' });
export type TraitName = z.infer<typeof TraitName>;

const share = (description: string) => z.number().min(0).max(1).meta({ description });

const TraitDetails = z.object({
  kind: z.literal('trait').meta({ description: 'Trait associated with better or worse results' }),
  metric,
  timeZone,
  trait: TraitName,
  level: z.string().meta({ description: 'Value of the trait', examples: ['video'] }),
  ...Lift,
  pValue,
  questions,
  withTrait: postCount('Posts with the trait'),
  withoutTrait: postCount('Posts without it'),
  shareOfTop: share('Share with the trait among the top 10% of posts'),
  shareOfOthers: share('Share with the trait among the other posts'),
});

const AnomalyDetails = z.object({
  kind: z.literal('anomaly').meta({ description: 'Unusual results, at least twice in a row' }),
  metric,
  timeZone,
  direction: z.enum(['higher', 'lower']).meta({ description: 'Compared with the usual results at these times' }),
  from: LocalDate.meta({ description: 'Local date of the first unusual posts' }),
  until: LocalDate.meta({ description: 'Local date of the last unusual posts' }),
  observed: z.number().min(0).meta({ description: 'Typical count of these posts' }),
  usual: z.number().min(0).meta({ description: 'Usual count at these times' }),
  scores: z.array(z.number()).min(2).meta({ description: 'Robust z-score of each occurrence' }),
  threshold: z.number().meta({ description: 'Robust z-score from which an occurrence is unusual' }),
  falseAlarmsPerQuarter: z.number().min(0).meta({
    description: 'Alarms of this kind to expect for the account per quarter by chance alone',
  }),
});

const dayCount = z.int().min(1).meta({ description: 'Number of days forecast' });

const ForecastDetails = z.object({
  kind: z.literal('forecast').meta({ description: 'Forecast of daily totals' }),
  metric,
  timeZone,
  days: z
    .array(
      z.object({
        date: LocalDate,
        expected: z.number().min(0).meta({ description: 'Forecast for the day' }),
        low: z.number().min(0).meta({ description: 'Lower bound of the 80% interval' }),
        high: z.number().min(0).meta({ description: 'Upper bound of the 80% interval' }),
      }),
    )
    .min(1)
    .meta({ description: 'Forecast by day of publication' }),
  total: z
    .object({
      expected: z.number().min(0).meta({ description: 'Forecast for all days together' }),
      low: z.number().min(0).meta({ description: 'Lower bound of the 80% interval' }),
      high: z.number().min(0).meta({ description: 'Upper bound of the 80% interval' }),
    })
    .meta({ description: 'Forecast for all days together; its interval is not the sum of those of the days' }),
});

export const GoalStatus = z.enum(['reached', 'on_track', 'at_risk', 'will_be_missed', 'missed']).meta({
  description:
    '`on_track`: at least 75% probable; `at_risk`: less; `will_be_missed`: less than 10% probable; `missed`: the ' +
    'period has ended below the target',
});
export type GoalStatus = z.infer<typeof GoalStatus>;

const GoalDetails = z.object({
  kind: z.literal('goal').meta({ description: 'Progress towards a goal' }),
  metric,
  timeZone,
  status: GoalStatus,
  target: z.number().positive().meta({ description: 'Target of the goal' }),
  from: LocalDate.meta({ description: 'First day of the period' }),
  until: LocalDate.meta({ description: 'Last day of the period' }),
  progress: z.number().min(0).meta({ description: 'Total so far' }),
  countedThrough: LocalDate.meta({ description: 'Last day that the total includes' }),
  probability: z.number().min(0).max(1).nullable().meta({
    description: 'Probability that the goal is reached; null: already decided',
  }),
  remaining: z
    .object({
      days: dayCount,
      expected: z.number().min(0).meta({ description: 'Forecast for the remaining days' }),
      low: z.number().min(0).meta({ description: 'Lower bound of the 80% interval' }),
      high: z.number().min(0).meta({ description: 'Upper bound of the 80% interval' }),
    })
    .nullable()
    .meta({ description: 'Forecast for the rest of the period; null: already decided' }),
});

const FatigueDetails = z.object({
  kind: z.literal('fatigue').meta({ description: 'Repeated content that gets less response each time' }),
  metric,
  timeZone,
  content: z.string().meta({ description: 'Id of the template that was used again' }),
  repetitions: z.int().min(2).meta({ description: 'How many of its posts were analysed, at most the latest 100' }),
  changePerRepetition: z.number().meta({ description: 'Estimated relative change per repetition (-0.1: 10% less)' }),
  low: z.number().meta({ description: 'Lower bound of its 90% interval' }),
  high: z.number().meta({ description: 'Upper bound of its 90% interval' }),
  tau: z
    .number()
    .min(-1)
    .max(1)
    .meta({ description: "Kendall's tau: -1 if each repetition did worse than all before" }),
  pValue,
  questions,
  isAdjusted: z.boolean().meta({
    description: "Whether the change is adjusted for the account's other posts in the same weeks",
  }),
});

export const InsightDetails = z
  .discriminatedUnion('kind', [
    BestTimeDetails,
    TraitDetails,
    AnomalyDetails,
    ForecastDetails,
    GoalDetails,
    FatigueDetails,
  ])
  .meta({ id: 'InsightDetails', description: 'Details by kind of insight' });
