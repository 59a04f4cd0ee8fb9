import * as z from 'zod';
import { Audience } from '#events/accounts.ts';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { AskedDate } from '../domain/asked-date.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { byMetric, Costs, Coverage, Figure, Figures, Metric } from '../domain/figures.ts';
import { maxListed, SortMetric } from '../domain/listed-posts.ts';
import { postFilter } from '../domain/post-filter.ts';
import { PostState } from '../domain/post-state.ts';
import { LocalDate, maxDays, PublicationDays } from '../domain/publication-days.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Performance',
  group: 'Analytics',
  description: 'See what worked: totals, time series, the best and the weakest posts, and publishing reliability.',
});

const period = {
  from: AskedDate.optional().meta({
    description: 'First day of publication, in `timeZone`; default: 27 days before `to`',
  }),
  to: AskedDate.optional().meta({
    description: `Last day of publication (inclusive), in \`timeZone\`; default: today. Maximum period: ${maxDays} days`,
  }),
  timeZone: TimeZone.default('UTC'),
};

const inDays = range({ atMost: { days: maxDays - 1 } });

const invalidPeriod = ['invalid_time_zone', 'invalid_period'] as const;

/** What a period is compared with. */
export const Compare = z.enum(['none', 'previous']).default('none').meta({
  description: '`previous`: compare with the period of the same length immediately before',
});

/** What both sides of a comparison show. */
const totals = { period: PublicationDays, figures: Figures, costs: Costs.optional(), coverage: Coverage };

export const getPerformanceOverview = operation({
  id: 'getPerformanceOverview',
  method: 'GET',
  path: '/v1/analytics/overview',
  summary: 'Get the performance of the posts published in a period',
  description:
    'Adds up the latest reading of each post that was published in the period. Numbers are not extrapolated: posts without ' +
    'a reading are left out; `coverage` shows how many.',
  access: 'analytics:read',
  request: { query: z.strictObject({ ...period, ...postFilter, compare: Compare }).check(inDays) },
  response: z
    .object({
      ...totals,
      previous: z
        .object({
          ...totals,
          isComparable: z.boolean().meta({
            description: 'Whether a similar share of posts has been measured in both periods',
          }),
          changes: byMetric(
            z
              .number()
              .nullable()
              .meta({ description: 'Relative change; null: cannot be calculated', examples: [0.2] }),
          ).meta({ description: 'Relative change by metric (0.2: 20% more)' }),
        })
        .nullable()
        .meta({ description: 'The previous period; null: not requested' }),
    })
    .meta({ id: 'PerformanceOverview' }),
  errors: { invalid: [...invalidPeriod] },
});

const Point = z
  .object({
    at: Instant.meta({ description: 'Start of the interval (UTC)' }),
    ...Figure.shape,
    publishedPosts: z.int().min(0).meta({ description: 'Posts published in the interval' }),
  })
  .meta({ id: 'SeriesPoint', description: 'A metric in one interval' });

export const getPerformanceSeries = operation({
  id: 'getPerformanceSeries',
  method: 'GET',
  path: '/v1/analytics/series',
  summary: 'Get a metric over time',
  description:
    'Each point adds up the latest readings of the posts that were published in its interval. Intervals follow ' +
    '`timeZone`, and weeks start on Monday; the first and the last interval are cut off at the bounds of the period.',
  access: 'analytics:read',
  request: {
    query: z
      .strictObject({
        ...period,
        ...postFilter,
        metric: Metric,
        granularity: z
          .enum(['hour', 'day', 'week', 'month'])
          .default('day')
          .meta({ description: 'Length of an interval' }),
        groupBy: z
          .enum(['none', 'account', 'campaign', 'variant'])
          .default('none')
          .meta({ description: 'One series per group; `variant` requires `campaignId`' }),
        compare: Compare,
      })
      .check(inDays),
  },
  response: z
    .object({
      period: PublicationDays,
      metric: Metric,
      series: z
        .array(
          z.object({
            group: z
              .string()
              .nullable()
              .meta({ description: 'Id of the account or campaign, or the variant; null: all' }),
            points: z.array(Point).meta({ description: 'Intervals in order, without gaps' }),
            coverage: Coverage,
          }),
        )
        .meta({ description: 'One series, or one per group' }),
      previous: z
        .array(Point)
        .nullable()
        .meta({ description: 'The same metric in the previous period, all groups combined; null: not requested' }),
    })
    .meta({ id: 'PerformanceSeries' }),
  errors: { invalid: [...invalidPeriod, 'too_many_points', 'variant_needs_campaign'] },
});

/** Without costs, which are only for those who may read usage. */
const PerformancePost = PostState.omit({ costMicros: true, standsStill: true }).meta({
  id: 'PerformancePost',
  description: 'A published post and its latest metrics',
});

export const listTopPosts = operation({
  id: 'listTopPosts',
  method: 'GET',
  path: '/v1/analytics/posts',
  summary: 'List the best or the weakest posts of a period',
  description:
    'Without `campaignId`, of a UTC day with more than 20 posts only the ten best and the ten weakest are considered. In ' +
    'a time zone other than UTC, the list may therefore lack posts of the first and the last UTC day.',
  access: 'analytics:read',
  request: {
    query: z
      .strictObject({
        ...period,
        ...postFilter,
        metric: SortMetric.default('engagements'),
        order: z
          .enum(['top', 'bottom'])
          .default('top')
          .meta({ description: '`top`: highest first; `bottom`: lowest first' }),
        limit: z.coerce
          .number()
          .int()
          .min(1)
          .max(maxListed)
          .default(maxListed)
          .meta({ description: 'Maximum number of posts' }),
      })
      .check(inDays),
  },
  response: z
    .object({
      period: PublicationDays,
      posts: z
        .array(
          PerformancePost.extend({
            value: z.number().meta({ description: 'Value of the metric' }),
          }),
        )
        .meta({ description: 'Posts with a value, in the requested order' }),
      coverage: Coverage,
    })
    .meta({ id: 'TopPosts' }),
  errors: { invalid: [...invalidPeriod] },
});

const Reasons = z.record(z.string(), z.int().min(1)).meta({
  description: 'Number of posts by reason code; a post counts once per UTC day, with its last code of that day',
});

export const getPublishingReliability = operation({
  id: 'getPublishingReliability',
  method: 'GET',
  path: '/v1/analytics/reliability',
  summary: 'Get the publishing reliability of a period',
  description:
    'Lateness is the time between when a post was due and when its last part was published, accurate to within 9%.',
  access: 'analytics:read',
  request: { query: z.strictObject({ ...period, accountId: postFilter.accountId }).check(inDays) },
  response: z
    .object({
      period: PublicationDays,
      publishedPosts: z.int().min(0).meta({ description: 'Posts published in the period' }),
      lateness: z
        .object({
          p50Ms: z.int().nullable().meta({ description: 'Median lateness in milliseconds; null: no posts' }),
          p99Ms: z
            .int()
            .nullable()
            .meta({ description: '99th percentile of lateness in milliseconds; null: no posts' }),
        })
        .meta({ description: 'How late posts were published' }),
      failed: Reasons.meta({ description: 'Posts that failed permanently, by reason code' }),
      held: Reasons.meta({ description: 'Posts that were held, by reason code' }),
      missed: Reasons.meta({ description: 'Posts that missed their publishing window, by reason code' }),
    })
    .meta({ id: 'PublishingReliability' }),
  errors: { invalid: [...invalidPeriod] },
});

export const getCampaignPerformance = operation({
  id: 'getCampaignPerformance',
  method: 'GET',
  path: '/v1/analytics/campaigns/{campaignId}',
  summary: 'Get the performance of a campaign against its goals and budget',
  description:
    'Covers all published posts of the campaign, in total and by variant, account, hour of the day and post.',
  access: 'analytics:read',
  request: {
    path: z.strictObject({ campaignId: CampaignId }),
    query: z.strictObject({
      timeZone: TimeZone.default('UTC').meta({ description: 'Time zone of the hours of the day' }),
    }),
  },
  response: z
    .object({
      campaignId: CampaignId,
      figures: Figures,
      costs: Costs.optional(),
      coverage: Coverage,
      goals: z
        .array(
          z.object({
            metric: z.string().meta({ description: 'Metric of the goal', examples: ['impressions'] }),
            target: z.int().meta({ description: 'Total that the campaign should reach' }),
            figure: Figure.meta({ description: 'Total so far' }),
            share: z.number().nullable().meta({ description: 'Share of the target reached so far; null: not known' }),
          }),
        )
        .meta({ description: 'Goals of the campaign' }),
      budget: z
        .object({
          maxMicros: z.int().meta({ description: 'Cap in micro-dollars' }),
          spentMicros: z.int().meta({
            description:
              'X API cost of its published posts, in micro-dollars, without alt texts and subtitles, which ' +
              '`getCampaignSpending` includes',
          }),
        })
        .nullable()
        .optional()
        .meta({ description: 'Budget and spending; null: no cap; left out for members who may not read usage' }),
      byVariant: z
        .array(
          z.object({
            variant: z.string().meta({ description: 'Key of the variant', examples: ['b'] }),
            figures: Figures,
          }),
        )
        .meta({ description: 'By variant of the experiment; empty without an experiment' }),
      byAccount: z.array(z.object({ accountId: AccountId, figures: Figures })).meta({ description: 'By account' }),
      byHour: z
        .array(
          z.object({
            hour: z.int().min(0).max(23).meta({ description: 'Hour of the day in `timeZone`' }),
            figures: Figures,
          }),
        )
        .meta({ description: 'By hour of publication; hours without posts are left out' }),
      posts: z.array(PerformancePost).max(2_000).meta({ description: 'Every published post, in order of publication' }),
    })
    .meta({ id: 'CampaignPerformance' }),
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['campaign_not_found'] },
});

export const getAccountGrowth = operation({
  id: 'getAccountGrowth',
  method: 'GET',
  path: '/v1/analytics/accounts/{accountId}/growth',
  summary: 'Get the followers and other counters of an account by day',
  description:
    'Counters are read from X about once a day. Days are UTC days; those before the first reading are left out.',
  access: 'analytics:read',
  request: {
    path: z.strictObject({ accountId: AccountId }),
    query: z
      .strictObject({
        from: period.from.meta({ description: 'First day (UTC); default: 27 days before `to`' }),
        to: period.to.meta({
          description: `Last day (UTC, inclusive); default: today. Maximum period: ${maxDays} days`,
        }),
      })
      .check(inDays),
  },
  response: z
    .object({
      accountId: AccountId,
      days: z
        .array(
          z.object({
            day: LocalDate.meta({ description: 'UTC day' }),
            metrics: Audience,
            measuredAt: Instant.meta({ description: 'When the counters were read (UTC)' }),
            isCarriedForward: z.boolean().meta({
              description: 'Whether the counters come from an older reading because none was made on this day',
            }),
          }),
        )
        .meta({ description: 'Days in order, without gaps' }),
      change: z
        .object({ followers: z.int().meta({ description: 'Followers gained; negative: lost' }) })
        .nullable()
        .meta({ description: 'Change from the first listed day to the last; null: fewer than two days' }),
      source: Coverage.shape.source,
    })
    .meta({ id: 'AccountGrowth' }),
  errors: { invalid: [...invalidPeriod], 'not-found': ['account_not_found'] },
});

export const operations = [
  getPerformanceOverview,
  getPerformanceSeries,
  listTopPosts,
  getPublishingReliability,
  getCampaignPerformance,
  getAccountGrowth,
] as const;
