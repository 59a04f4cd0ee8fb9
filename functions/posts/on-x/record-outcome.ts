import type { OwnPostOutcome } from '#events/publishing.ts';
import type { TaskOrigin } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { recordRepost } from '../domain/repost.ts';
import { recordUnpublished } from '../domain/unpublish.ts';

type Met = OwnPostOutcome | { outcome: 'fault' };

/** Records the outcome of deleting a post's parts on X; does nothing if no deletion is pending any longer. */
export const recordPostUnpublished = async (
  { posts }: Deps,
  { workspaceId, postId, outcomes }: { workspaceId: string; postId: string; outcomes: readonly Met[] },
  origin: TaskOrigin,
) => {
  const post = await posts.find(workspaceId, postId);
  if (post?.status !== 'unpublishing') return { outcome: 'skip' };
  return { outcome: (await posts.save(recordUnpublished(post, outcomes), origin)).status };
};

/** Records the outcome of a repost; does nothing if it is already known. */
export const recordPostReposted = async (
  { reposts, leases }: Deps,
  { workspaceId, postId, repostId, met }: { workspaceId: string; postId: string; repostId: string; met: Met },
  origin: TaskOrigin,
) => {
  // A call whose outcome is unknown may still reach X: its lease is left to expire.
  const isKnown = met.outcome !== 'fault' && met.outcome !== 'unsettled';
  if (isKnown) await leases.end({ workspaceId, subjectId: repostId, execution: origin.execution });
  const repost = await reposts.find(workspaceId, postId, repostId);
  if (repost?.status !== 'requested') return { outcome: 'skip' };
  return { outcome: (await reposts.save(recordRepost(repost, met), origin)).status };
};
