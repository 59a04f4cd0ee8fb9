import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { isOverdue } from '../domain/post.ts';
import { overdueBefore, revive } from '../domain/recovery.ts';

/** The posts of all workspaces that are to be looked after: their ids, the longest overdue first. */
export const overduePosts = async ({ posts, now }: Pick<Deps, 'posts' | 'now'>) => ({
  posts: await posts.overdue(overdueBefore(now())),
});

/**
 * Restarts a post that is past its time and is not being published: its event was lost, its execution was stopped, or
 * its table was restored. A post that an execution still works on is left to it. It never doubles: the new scheduling
 * makes any older execution a no-op, and the new one first looks on X for what was published since the post was due.
 */
export const recoverPost = async (
  { posts, executions, now }: Pick<Deps, 'posts' | 'executions' | 'now'>,
  { workspaceId, postId }: { workspaceId: string; postId: string },
  author: Author,
): Promise<'revived' | 'running' | 'not_overdue'> => {
  const post = await posts.find(workspaceId, postId);
  if (!post || !isOverdue(post, now())) return 'not_overdue';
  if (post.claimedBy !== null && (await executions.isRunning(post.claimedBy))) return 'running';
  // Whoever wrote since it was read has it on its way again, or the next look finds it.
  return (await unlessOvertaken(posts.save(revive(post, now()), author))) ? 'revived' : 'not_overdue';
};
