import { dayMs } from '#shared/time.ts';
import { type Insight, maxEvidencePosts } from '../domain/insight.ts';
import type { Outcome } from './post-outcomes.ts';

/** Accounts and their audiences change: what was found about habits is asked again after four weeks. */
export const habitValidMs = 28 * dayMs;

/** The numbers of an insight, and the posts that show it: the largest first, and of those alike the latest. */
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
