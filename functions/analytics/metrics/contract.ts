import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import { CampaignTotals } from '../domain/campaign-totals.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { Snapshot } from '../domain/metrics.ts';
import { PostAvailability, PostReading } from '../domain/reading.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Metrics',
  group: 'Analytics',
  description: 'Read the performance of posts and campaigns.',
});

/** A post's metrics over time. */
export const PostMetricsView = z
  .object({
    postId: PostId,
    accountId: AccountId,
    campaignId: CampaignId.nullable().meta({ description: 'Campaign of the post; null: none' }),
    variant: PostReading.shape.variant,
    publishedAt: Instant.meta({ description: 'When it was published (UTC)' }),
    availability: PostAvailability,
    latest: Snapshot.nullable().meta({ description: 'Most recent metrics; null: none yet' }),
    isCarriedForward: z.boolean().meta({
      description: 'Whether `latest` holds the last numbers of a post that X no longer shows (deleted or withheld)',
    }),
    snapshots: z.array(Snapshot).meta({ description: 'Readings in the requested period, oldest first' }),
  })
  .meta({ id: 'PostMetricsView' });

export const getPostMetrics = operation({
  id: 'getPostMetrics',
  method: 'GET',
  path: '/v1/posts/{postId}/metrics',
  summary: 'Get the metrics of a published post over time',
  description:
    'Metrics are read from X eight times: within minutes of publishing (late in a UTC day: after midnight), after 1, 3, 12 ' +
    'and 24 hours, then about 4, 8 and 29 days after publishing. Readings after the first day are skipped while no ' +
    'metric changes, except for the last one.',
  access: 'analytics:read',
  request: {
    path: z.strictObject({ postId: PostId }),
    query: z
      .strictObject({
        from: AskedInstant.optional().meta({
          description: 'Earliest reading, inclusive; default: when the post was published',
        }),
        to: AskedInstant.optional().meta({ description: 'Latest reading, exclusive; default: now' }),
      })
      .check(range()),
  },
  response: PostMetricsView,
  errors: { 'not-found': ['published_post_not_found'] },
});

export const getCampaignMetrics = operation({
  id: 'getCampaignMetrics',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/metrics',
  summary: 'Get the total metrics of a campaign',
  description: 'Adds up the latest reading of every published post of the campaign.',
  access: 'analytics:read',
  request: { path: z.strictObject({ campaignId: CampaignId }) },
  response: CampaignTotals,
  errors: { 'not-found': ['campaign_not_found'] },
});

export const operations = [getPostMetrics, getCampaignMetrics] as const;
