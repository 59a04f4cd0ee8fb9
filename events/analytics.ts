import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { CampaignId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Counters as X gives them; a thread's are the sums of its parts. Null where X does not tell (after 30 days). */
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
  "A post's metrics were read from X.",
  z.object({ campaignId: CampaignId.nullable(), measuredAt: Instant, metrics: PostMetrics }),
);
