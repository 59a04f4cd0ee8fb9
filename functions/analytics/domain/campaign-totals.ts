import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { CampaignId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { sumOf } from './metrics.ts';
import type { PostState } from './post-state.ts';

/** Totals of a campaign's posts, and the posts and readings they are based on. */
export const CampaignTotals = z
  .object({
    campaignId: CampaignId,
    publishedPosts: z.int().min(0).meta({ description: 'Published posts of the campaign' }),
    measuredPosts: z.int().min(0).meta({ description: 'Published posts with a reading, which the totals include' }),
    oldestMeasuredAt: Instant.nullable().meta({ description: 'Oldest of the readings added up (UTC); null: none yet' }),
    totals: PostMetrics.nullable().meta({ description: 'Sums over the measured posts; null: none measured yet' }),
  })
  .meta({ id: 'CampaignMetrics' });
type CampaignTotals = z.infer<typeof CampaignTotals>;

/** Adds up the latest reading of each post; the totals are null if none was read yet. */
export const totalsOf = (campaignId: string, posts: readonly PostState[]): CampaignTotals => {
  const measured = posts.flatMap(({ latest }) => latest ?? []);
  const [oldest] = measured.map(({ measuredAt }) => measuredAt).sort();
  return {
    campaignId,
    publishedPosts: posts.length,
    measuredPosts: measured.length,
    oldestMeasuredAt: oldest ?? null,
    totals: measured.length > 0 ? sumOf(measured.map(({ metrics }) => metrics)) : null,
  };
};
