import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import { PostMetrics } from './analytics.ts';

/** What the tasks of the workflow `sweep-metrics` hand to each other. */

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
