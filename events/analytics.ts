import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { CampaignId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Counters as X reports them, summed over the parts of a thread. Null: X does not report it (after 30 days). */
export const PostMetrics = z.object({
  impressions: z.int().min(0),
  likes: z.int().min(0),
  reposts: z.int().min(0),
  replies: z.int().min(0),
  quotes: z.int().min(0),
  bookmarks: z.int().min(0),
  urlClicks: z.int().min(0).nullable(),
  profileClicks: z.int().min(0).nullable(),
});
export type PostMetrics = z.infer<typeof PostMetrics>;

export const PostMetricsUpdated = defineEvent(
  'analytics',
  'post.metrics_updated',
  1,
  'The metrics of a post were read from X.',
  z.object({ campaignId: CampaignId.nullable(), measuredAt: Instant, metrics: PostMetrics }),
);
