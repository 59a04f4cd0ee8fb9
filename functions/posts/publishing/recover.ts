import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { isOverdue } from '../domain/post.ts';
import { overdueBefore, revive } from '../domain/recovery.ts';

/** The overdue posts of all workspaces, by id, longest overdue first. */
export const overduePosts = async ({ posts, now }: Pick<Deps, 'posts' | 'now'>) => ({
  posts: await posts.overdue(overdueBefore(now())),
});

/**
 * Restarts a post that is overdue and not being published: its event was lost, its execution was stopped, or its table
 * was restored. A post that an execution still works on is left to it. The post is never published twice: older
 * executions do nothing after the new scheduling, and the new one first searches X for what was published since the
 * post was due.
 */
export const recoverPost = async (
  { posts, executions, now }: Pick<Deps, 'posts' | 'executions' | 'now'>,
  { workspaceId, postId }: { workspaceId: string; postId: string },
  author: Author,
): Promise<'revived' | 'running' | 'not_overdue'> => {
  const post = await posts.find(workspaceId, postId);
  if (!post || !isOverdue(post, now())) return 'not_overdue';
  if (post.claimedBy !== null && (await executions.isRunning(post.claimedBy))) return 'running';
  // If somebody changed the post since it was read, it is on its way again, or the next run finds it.
  return (await unlessOvertaken(posts.save(revive(post, now()), author))) ? 'revived' : 'not_overdue';
};
