import { dayMs } from '#shared/time.ts';
import { type Insight, maxEvidencePosts } from '../domain/insight.ts';
import type { Outcome } from './post-outcomes.ts';

/** How long findings about habits are valid: accounts and their audiences change. */
export const habitValidMs = 28 * dayMs;

/** Returns the numbers of an insight, and the posts that show it: highest count first, then latest. */
export const evidenceOf = (
  outcomes: readonly Outcome[],
  numbers: readonly [name: string, value: number][],
): Insight['evidence'] => ({
  numbers: numbers.map(([name, value]) => ({ name, value })),
  postIds: outcomes
    .toSorted((one, other) => other.count - one.count || other.at - one.at)
    .slice(0, maxEvidencePosts)
    .map(({ post }) => post.postId),
});
