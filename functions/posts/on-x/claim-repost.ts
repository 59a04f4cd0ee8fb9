import type { TaskOrigin } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { leaseOf } from '../domain/lease.ts';
import { stopRepost } from '../domain/repost.ts';
import { stopOver } from '../domain/stops.ts';

/**
 * Lets an execution repost for a short time. Reposts are immediate, not scheduled: if publishing is stopped, the repost
 * fails, and its problem names the stop.
 */
export const claimRepost = async (
  { reposts, leases, stops, now, faultPauseMs }: Pick<Deps, 'reposts' | 'leases' | 'stops' | 'now' | 'faultPauseMs'>,
  { workspaceId, postId, repostId }: { workspaceId: string; postId: string; repostId: string },
  origin: TaskOrigin,
) => {
  const repost = await reposts.find(workspaceId, postId, repostId);
  if (repost?.status !== 'requested') return { outcome: 'skip' };
  const { accountId } = repost;
  const lease = leaseOf(
    { workspaceId, subjectId: repostId, accountId, execution: origin.execution },
    now(),
    faultPauseMs,
  );
  await leases.take(lease);
  // Read after the lease is written: whoever stops publishing writes first, and then reads the leases.
  const standing = await stops.find(workspaceId);
  const stop = standing && stopOver(standing, accountId);
  if (!stop) return { outcome: 'go', sendBy: lease.sendBy };
  await leases.giveBack(lease);
  await reposts.save(stopRepost(repost, stop), origin);
  return { outcome: 'stopped' };
};
