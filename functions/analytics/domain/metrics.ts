import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { Instant } from '#shared/time.ts';

/** Metrics as X gave them at an instant. */
export const Snapshot = z
  .object({ measuredAt: Instant.meta({ description: 'When X was read (UTC)' }), metrics: PostMetrics })
  .meta({ id: 'MetricsSnapshot', description: 'Metrics at one point in time' });
export type Snapshot = z.infer<typeof Snapshot>;

/** A sum of nothing. */
const none: PostMetrics = {
  impressions: 0,
  likes: 0,
  reposts: 0,
  replies: 0,
  quotes: 0,
  bookmarks: 0,
  urlClicks: 0,
  profileClicks: 0,
};

/** The sum, counter by counter. A counter that one of them lacks is left out: its sum would be too small. */
export const sumOf = (all: readonly PostMetrics[]): PostMetrics =>
  all.reduce(
    (sum, each) => ({
      impressions: sum.impressions + each.impressions,
      likes: sum.likes + each.likes,
      reposts: sum.reposts + each.reposts,
      replies: sum.replies + each.replies,
      quotes: sum.quotes + each.quotes,
      bookmarks: sum.bookmarks + each.bookmarks,
      urlClicks: plus(sum.urlClicks, each.urlClicks),
      profileClicks: plus(sum.profileClicks, each.profileClicks),
    }),
    none,
  );

const plus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;
