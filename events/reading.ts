import * as z from 'zod';
import { PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { PostMetrics } from './analytics.ts';

/** Data passed between the tasks of the workflow `sweep-metrics`. */

/** Result of `accounts.readPosts`: metrics from X, or why none were read. */
export const Reading = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('read'),
    measuredAt: Instant,
    /**
     * For a post that X does not show, `metrics` is null and `why` is the reason. Posts that X did not report on are
     * left out.
     */
    posts: z.array(
      z.object({
        xPostId: z.string(),
        metrics: PostMetrics.nullable(),
        why: z.enum(['deleted', 'withheld']).optional(),
      }),
    ),
  }),
  z.object({ outcome: z.literal('rate_limited'), retryAt: Instant }),
  /** The workspace's budget for reading is used up until `retryAt`. */
  z.object({ outcome: z.literal('over_budget'), retryAt: Instant }),
  /** Nothing can be read for the account until a person acts. */
  z.object({ outcome: z.literal('account_unwell') }),
  z.object({ outcome: z.literal('refused') }),
]);
export type Reading = z.infer<typeof Reading>;
export type ReadPosts = Extract<Reading, { outcome: 'read' }>;

/** Result of `posts.readLinkClicks`: clicks so far on posts that have short links. */
export const LinkClicks = z.array(z.object({ postId: PostId, clicks: z.int().min(0) }));
export type LinkClicks = z.infer<typeof LinkClicks>;
