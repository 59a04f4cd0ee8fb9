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
  description: 'Read how posts and campaigns perform.',
});

/** A post's metrics over time. */
export const PostMetricsView = TrackedPost.pick({ accountId: true, campaignId: true, publishedAt: true, latest: true })
  .extend({ postId: PostId, snapshots: z.array(Snapshot) })
  .meta({ id: 'PostMetricsView' });

export const getPostMetrics = operation({
  id: 'getPostMetrics',
  method: 'GET',
  path: '/v1/posts/{postId}/metrics',
  summary: 'Read the metrics of a published post over time',
  description: '`latest` is null until it was read for the first time, some minutes after it went out.',
  access: 'analytics:read',
  request: {
    path: z.strictObject({ postId: PostId }),
    query: z
      .strictObject({
        from: AskedInstant.optional().meta({ description: 'Earliest reading, inclusive' }),
        to: AskedInstant.optional().meta({ description: 'Latest reading, exclusive' }),
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
  summary: "Read the totals of a campaign's posts, and what they rest on",
  access: 'analytics:read',
  request: { path: z.strictObject({ campaignId: CampaignId }) },
  response: CampaignTotals,
  errors: { 'not-found': ['campaign_not_found'] },
});

export const operations = [getPostMetrics, getCampaignMetrics] as const;
