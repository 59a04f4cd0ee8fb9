import * as z from 'zod';
import { PostMetrics } from '../../../events/analytics.ts';
import { Instant } from '../../../shared/time.ts';

/** Metrics as X gave them at an instant. */
export const Snapshot = z.object({ measuredAt: Instant, metrics: PostMetrics }).meta({ id: 'MetricsSnapshot' });
export type Snapshot = z.infer<typeof Snapshot>;

/** What `accounts.readPosts` answers: what X told of the posts, or why it was not asked. */
export const Reading = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('read'),
    measuredAt: Instant,
    /** Null for a post that X does not show any more; one that X said nothing of is left out. */
    posts: z.array(z.object({ xPostId: z.string(), metrics: PostMetrics.nullable() })),
  }),
  z.object({ outcome: z.literal('rate_limited'), retryAt: Instant }),
  /** Nothing can be read for the account until a person does something. */
  z.object({ outcome: z.literal('account_unwell') }),
  z.object({ outcome: z.literal('refused') }),
]);
export type Reading = z.infer<typeof Reading>;
export type ReadPosts = Extract<Reading, { outcome: 'read' }>;

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

/** The sum, counter by counter. A counter that X did not tell of one is not told of the sum: it would be too small. */
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
