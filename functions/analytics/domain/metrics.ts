import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { Instant } from '#shared/time.ts';

/** Metrics as X reported them at an instant. */
export const Snapshot = z
  .object({
    measuredAt: Instant.meta({ description: 'When the metrics were read from X (UTC)' }),
    metrics: PostMetrics,
  })
  .meta({ id: 'MetricsSnapshot', description: 'Metrics at one point in time' });
export type Snapshot = z.infer<typeof Snapshot>;

/** Counters that X always reports. */
export const publicCounters = ['impressions', 'likes', 'reposts', 'replies', 'quotes', 'bookmarks'] as const;

/** Counters that X reports to the author, for 30 days. */
export const privateCounters = ['urlClicks', 'profileClicks'] as const;

/** The sum of no posts. */
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

/** Adds up metrics by counter. If one of them lacks a counter, its sum is null: it would be too low. */
export const sumOf = (all: readonly PostMetrics[]): PostMetrics =>
  all.reduce((sum, each) => {
    const next = { ...sum };
    for (const counter of publicCounters) next[counter] += each[counter];
    for (const counter of privateCounters) next[counter] = plus(sum[counter], each[counter]);
    return next;
  }, none);

const plus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;

/**
 * Returns everything that people did with a post: likes, reposts, replies, quotes, bookmarks, and clicks on links and
 * on the profile. Null if X does not report one of them.
 */
export const engagementsOf = ({ urlClicks, profileClicks, ...counts }: PostMetrics): number | null =>
  urlClicks === null || profileClicks === null
    ? null
    : counts.likes + counts.reposts + counts.replies + counts.quotes + counts.bookmarks + urlClicks + profileClicks;
