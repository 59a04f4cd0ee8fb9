import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { CampaignId, PostId } from '#shared/ids.ts';
import { AskedInstant } from '#shared/time.ts';
import { CampaignTotals } from '../domain/campaign-totals.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { Snapshot } from '../domain/metrics.ts';
import { TrackedPost } from '../domain/tracked-post.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Metrics',
  group: 'Analytics',
  description: 'Read the performance of posts and campaigns.',
});

/** A post's metrics over time. */
export const PostMetricsView = TrackedPost.pick({ accountId: true, campaignId: true, publishedAt: true, latest: true })
  .extend({
    postId: PostId,
    campaignId: TrackedPost.shape.campaignId.meta({ description: 'Campaign of the post; null: none' }),
    publishedAt: TrackedPost.shape.publishedAt.meta({ description: 'When it was published (UTC)' }),
    latest: TrackedPost.shape.latest.meta({ description: 'Most recent reading; null: none yet' }),
    snapshots: z.array(Snapshot).meta({ description: 'Readings in the requested period, oldest first' }),
  })
  .meta({ id: 'PostMetricsView' });

export const getPostMetrics = operation({
  id: 'getPostMetrics',
  method: 'GET',
  path: '/v1/posts/{postId}/metrics',
  summary: 'Get the metrics of a published post over time',
  description:
    'Metrics are read from X several times in the first hour, then hourly for a day, then daily until the post is 30 ' +
    'days old. The first reading is available a few minutes after publishing.',
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
