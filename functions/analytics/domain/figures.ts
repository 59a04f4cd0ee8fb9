import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import { Availability } from './reading.ts';
import type { Sums } from './sums.ts';

/** Metrics of the posts published in a period. */
export const Metric = z
  .enum([
    'posts',
    'impressions',
    'engagements',
    'engagement_rate',
    'likes',
    'reposts',
    'replies',
    'quotes',
    'bookmarks',
    'link_clicks',
    'profile_clicks',
    'short_link_clicks',
  ])
  .meta({
    description:
      '`engagements`: likes, reposts, replies, quotes, bookmarks, link clicks and profile clicks; `engagement_rate`: ' +
      'engagements divided by impressions; `short_link_clicks`: clicks on short links, counted by the platform, not by X',
  });
export type Metric = z.infer<typeof Metric>;

/** A number, the posts it is based on, and why it is missing. */
export const Figure = z
  .object({
    value: z.number().nullable().meta({ description: 'The value; null: see `availability`' }),
    posts: z.int().min(0).meta({ description: 'Number of posts that it is based on' }),
    availability: Availability,
  })
  .meta({ id: 'Figure', description: 'A value and the number of posts it is based on' });
export type Figure = z.infer<typeof Figure>;

/** Returns an object schema with one field per metric. */
export const byMetric = <Schema extends z.ZodType>(schema: Schema) =>
  z.object(Object.fromEntries(Metric.options.map((metric) => [metric, schema])) as Record<Metric, Schema>);

export const Figures = byMetric(Figure).meta({ id: 'Figures', description: 'Numbers by metric' });
export type Figures = z.infer<typeof Figures>;

/** Cost of publishing the posts, only for those who may read usage. */
export const Costs = z
  .object({
    costMicros: Figure.meta({
      description:
        "X API cost of publishing the posts, in micro-dollars, calculated from X's published prices, without alt texts and " +
        'subtitles',
    }),
    costPerEngagementMicros: Figure.meta({ description: 'Cost divided by engagements, in micro-dollars' }),
  })
  .meta({ id: 'PerformanceCosts', description: 'Costs of the posts; left out for members who may not read usage' });
export type Costs = z.infer<typeof Costs>;

/** How much of what was published has been measured, and how old the readings are. */
export const Coverage = z
  .object({
    publishedPosts: z.int().min(0).meta({ description: 'Posts published in the period' }),
    measuredPosts: z
      .int()
      .min(0)
      .meta({ description: 'Published posts with a reading from X, which the numbers include' }),
    carriedForwardPosts: z
      .int()
      .min(0)
      .meta({ description: 'Measured posts that X no longer shows (deleted or withheld): their last numbers count' }),
    deletedPosts: z.int().min(0).meta({ description: 'Posts that no longer exist on X' }),
    withheldPosts: z.int().min(0).meta({ description: 'Posts that X does not show' }),
    oldestMeasuredAt: Instant.nullable().meta({ description: 'Oldest of the readings (UTC); null: none yet' }),
    newestMeasuredAt: Instant.nullable().meta({ description: 'Newest of the readings (UTC); null: none yet' }),
    source: z.literal('x').meta({
      description:
        'Source of the numbers; `x`: counters of the X API, except short link clicks, which the platform counts',
    }),
  })
  .meta({ id: 'Coverage', description: 'Posts and readings that the numbers are based on' });
export type Coverage = z.infer<typeof Coverage>;

export const coverageOf = (sums: Sums): Coverage => ({
  publishedPosts: sums.published,
  measuredPosts: sums.measured,
  carriedForwardPosts: sums.carriedForward,
  deletedPosts: sums.deleted,
  withheldPosts: sums.withheld,
  oldestMeasuredAt: sums.oldestAt === null ? null : new Date(sums.oldestAt).toISOString(),
  newestMeasuredAt: sums.newestAt === null ? null : new Date(sums.newestAt).toISOString(),
  source: 'x',
});

/** Returns the number for a metric. Nothing is extrapolated: posts that were not measured are left out. */
export const figureOf = (sums: Sums, metric: Metric): Figure => {
  switch (metric) {
    case 'posts':
      return { value: sums.published, posts: sums.published, availability: 'available' };
    case 'engagements':
      return measured(sums, sums.engagements, sums.engagementsPosts);
    case 'engagement_rate':
      return measured(sums, ratio(sums.engagements, sums.engagedImpressions), sums.engagementsPosts);
    case 'link_clicks':
      return measured(sums, sums.urlClicks, sums.urlClicksPosts);
    case 'profile_clicks':
      return measured(sums, sums.profileClicks, sums.profileClicksPosts);
    case 'short_link_clicks':
      return counted(sums);
    default:
      return measured(sums, sums[metric], sums.measured);
  }
};

export const figuresOf = (sums: Sums): Figures =>
  Object.fromEntries(Metric.options.map((metric) => [metric, figureOf(sums, metric)])) as Figures;

/**
 * Returns the costs. Cost per engagement leaves out posts whose engagements X does not report, on both sides of the
 * division.
 */
export const costsOf = (sums: Sums): Costs => {
  const cost = ratio(sums.engagedCostMicros, sums.engagements);
  return {
    costMicros: { value: sums.costMicros, posts: sums.published, availability: 'available' },
    costPerEngagementMicros: measured(sums, cost === null ? null : Math.round(cost), sums.engagementsPosts),
  };
};

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const measured = (sums: Sums, value: number | null, posts: number): Figure => {
  if (sums.published === 0) return { value, posts, availability: 'available' };
  if (sums.measured === 0) return { value: null, posts: 0, availability: unmeasured(sums) };
  return posts === 0
    ? { value: null, posts, availability: 'unsupported' }
    : { value, posts, availability: 'available' };
};

/** Clicks on short links, which do not depend on what X reports about the posts. */
const counted = ({ published, shortLinkClicks: value, shortLinkClicksPosts: posts }: Sums): Figure =>
  published > 0 && posts === 0
    ? { value: null, posts, availability: 'unsupported' }
    : { value, posts, availability: 'available' };

const unmeasured = ({ published, deleted, withheld }: Sums): Availability => {
  if (deleted === published) return 'deleted';
  return withheld === published ? 'withheld' : 'delayed';
};
